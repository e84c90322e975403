"""The ways in which a story of blame is told: turns of phrase that accuse nobody, but add up to a case."""

from __future__ import annotations

from pipeline.review.checks.framing import NUMBER
from pipeline.review.checks.words import one_of

OMITTED = one_of("không | chưa | chẳng")
FLAWED = one_of(
    "sai | nhầm | hỏng | mất | thiếu | chậm | muộn | lỗi | tùy tiện | lãng phí | chiếu lệ | chung chung",
    "bỏ hoang | đẩy việc | trốn | quay về | vội",
)
STATE = one_of(
    "thấp nhất | vắng (?:mặt|người) | trái phép | trễ hẹn | trễ | quá hạn | thiếu sót | tồn tại | hạn chế",
    rf"(?:suốt|gần|hơn|mất|ngâm|nằm) {NUMBER} (?:tháng|năm|tuần) | khóa cửa | bỏ trống | chờ | gấp đôi",
)
REMEDY = one_of(
    "làm rõ | nhắc nhở | nhắc | chấn chỉnh | kiểm điểm | rút kinh nghiệm | xin lỗi | bồi thường",
    "xử lý | trả lại | thu lại | hoàn trả",
)
STIR = one_of(
    "(?:theo|bị|dân) phản ánh | lộ ra | nêu rõ | tố(?! cáo) | đơn thư | gửi đơn | đơn (?:nêu|vượt cấp)",
    "đột xuất | vì sao | lan truyền | ra về | chờ đợi | bài học",
)
CONTRAST = one_of(
    "dù | mặc dù | trong khi | vẫn | mới chỉ | thậm chí | lẽ ra | đáng lẽ | song | thay vì | nhưng",
    "mà (?:không|chưa) | gấp (?:đôi|ba) | chỉ vì",
)
BRUSHED_OFF = one_of(r"(?:bảo|nói|trả lời|câu|được trả lời)[:,]? [“\"][^”\"]{0,60}")
DEMAND = one_of("yêu cầu | đề nghị | giao | kiến nghị | truy")
ADMITTED = one_of("thừa nhận | giải thích | lý giải | xác nhận | cho biết | nói | hứa | khẳng định")
INQUIRY = one_of(
    "phát hiện | xác định | kết luận | kiểm tra | kiểm toán | thanh tra | xác minh | rà soát | camera"
)
SOOTHING = one_of(
    "khen | cảm ơn | chúc mừng | hài lòng | thuận tiện | nhân rộng | tặng | trao | đồng tình | ủng hộ",
    "khuyến cáo | tuyên truyền | phấn khởi | miễn phí | phục vụ tốt | đúng trình tự | an toàn | tập huấn",
    "hỗ trợ | tiếp thu | thư xin lỗi",
)
PRAISED = one_of("bằng khen | giấy khen | biểu dương | tuyên dương | khen ngợi | khen thưởng | nêu gương")
OUTSIDERS = one_of("đối tượng (?!nguyên) | tin đồn | tin giả | trộm cắp | nghi phạm | cát tặc | băng nhóm")
"""Private wrongdoers, whom no office has to answer for."""
NATURE = one_of("sạt lở | mưa (?:lớn|lũ|to) | bão | lũ | thiên tai | hạn hán | rét đậm | dịch bệnh")
GUIDANCE = one_of(
    r"thành phần hồ sơ | hồ sơ gồm | bước (?:\d|một|hai) | lệ phí | mẫu số | cách thực hiện",
    "trường hợp | người (?:dân|nộp|sử dụng đất|yêu cầu) (?:cần|nộp|được|có thể|chọn|mang)",
    "thời hạn giải quyết | theo quy định",
)
"""What a guide to a procedure says."""

TELLS = {
    1.5: {"contrast": CONTRAST},
    1.0: {"brushed_off": BRUSHED_OFF},
    0.75: {
        "omitted": OMITTED,
        "flawed": FLAWED,
        "state": STATE,
        "remedy": REMEDY,
        "stir": STIR,
        "admitted": ADMITTED,
        "demand": DEMAND,
        "inquiry": INQUIRY,
    },
    -2.0: {"praised": PRAISED},
    -1.5: {"outsiders": OUTSIDERS, "nature": NATURE, "guidance": GUIDANCE},
    -1.0: {"soothing": SOOTHING},
}
"""By weight; what is below zero speaks against a case. Of two that begin alike the longer stands first."""
