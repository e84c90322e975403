"""How a clause or an article speaks of blame: as news, as a rule, as a denial, or in the midst of praise."""

from __future__ import annotations

import re

from pipeline.review.checks.words import UPPER, one_of, whole

UNIT = one_of(
    "xã | phường | thị trấn | huyện | thôn | xóm",
    "khu | trường | bệnh viện | trạm y tế | công ty | trung tâm",
    "chi nhánh | chi cục | cục | đảng ủy",
)
HOLDER = one_of(
    "giám đốc | chủ tịch | bí thư | trưởng phòng | đội trưởng | trưởng công an | hiệu trưởng",
    "chánh văn phòng",
)
NAMED = re.compile(
    rf"\b(?:(?i:{UNIT}) (?:[a-zà-ỹ]+ ){{0,5}}?[{UPPER}]\w+"
    rf"|(?i:ông|bà|anh|chị|công dân|đồng chí|bị can|bị cáo):? [{UPPER}][\w.]"
    rf"|(?i:{HOLDER})(?! UBND tỉnh)"
    rf"|(?i:phê bình|kỷ luật|đối với|của) (?:\w+ ){{0,3}}Sở [{UPPER}])"
)
"""A commune, a person, an office holder, or a department that the blame is laid on."""

MANY = r"(?:\d+|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|nhiều|vài|hàng chục|hàng loạt)"
NUMBER = f"(?:một|{MANY})"

HAPPENED = whole(
    "đã | bị | vừa | cho thấy | còn | vẫn | để xảy ra | xảy ra | phát hiện | chỉ ra | kết luận",
    "xác định | xác minh | thừa nhận | qua (?:kiểm tra|thanh tra|xác minh|giám sát)",
    r"một số (?:\w+ ){0,3}(?:công chức|cán bộ|đơn vị|xã|phường|nơi|nhân viên) | tình trạng",
    r"một (?:\w+ ){0,3}(?:cán bộ|công chức|viên chức|nhân viên|trưởng phòng|lãnh đạo)",
    "sau vụ | nhận định | khiến | trong khi | cho rằng | là biểu hiện | trích xuất | nhật ký",
    rf"{NUMBER} (?:\w+ ){{0,2}}(?:lần|hồ sơ|trường hợp|công chức|cán bộ|viên chức|đơn vị|xã|phường)",
    rf"{NUMBER} (?:\w+ ){{0,2}}(?:sở|chủ tịch|hộ|người|vụ|dự án|nơi|cơ quan|quầy|phòng|tháng)",
    "(?:người dân|phụ huynh|doanh nghiệp|cử tri) (?:phản ánh|tố|kêu) | tố cáo | một bộ phận",
    "cố tình | buộc thôi việc | tạm đình chỉ | quyết định kỷ luật | năm tù | triệu đồng",
    r"nhiều (?:hộ|người|gia đình) | kéo dài | lúc \d+ ?(?:h|giờ)\d*",
)
"""Signs that a clause reports something that was or is."""

DENIED = re.compile(
    r"\b"
    + one_of(
        r"không (?:\w+ )?(?:có|còn|để|xảy ra|phát sinh|phát hiện|ghi nhận|được|nhận được)",
        "chưa (?:có|phát hiện|ghi nhận|xảy ra|để|từng) | chưa (?:một|hề)(?: lần)?",
        "tuyệt đối không | nói không với | nghiêm cấm | cấm | phòng,? ?(?:và |- ?)?chống | chống",
        "phòng ngừa | phòng tránh | ngăn chặn | ngăn ngừa | đẩy lùi | loại bỏ | xóa bỏ | bài trừ",
        "giải quyết (?:dứt điểm|nhiều|kịp thời|các) | tháo gỡ | gỡ (?:vướng|khó)",
        "không (?:trong|thuộc) | tái hiện",
        "chấm dứt | khắc phục | tránh | giảm | giảm bớt | hạn chế (?:tình trạng|việc|tối đa)",
        "phê phán | kiên quyết | đấu tranh | nếu | cảnh báo | thủ đoạn | lừa đảo | giả danh | mưa",
        "lũ | bão | thiên tai | dịch bệnh | ngập | tự xưng",
    )
    + r"(?!\w)[^:]*\Z",
    re.IGNORECASE,
)
"""What, anywhere before a word of blame, says that the thing is not, or not of anybody's doing."""

TOPIC = re.compile(
    r"\b"
    + one_of(
        "phê bình những | nhằm | mọi | hành vi | xử phạt | mức phạt | chế tài | hình thức",
        "(?<!trái )thẩm quyền | trình tự | tình huống",
        "thủ tục (?:giải quyết|xử phạt|khởi tố|thi hành|xem xét|xử lý) | (?<!kỷ )luật(?! sư)",
        "tội | tuyên truyền | quy định (?:về|xử lý|việc) | chuyên đề | xử lý nghiêm | nghiệp vụ",
        "bộ tiêu chí | giải pháp | hệ thống | tự động",
    )
    + r"(?!\w)[^:,]*\Z",
    re.IGNORECASE,
)
"""What, in the same breath before a word of blame, says that it is only the name of a thing."""

NOT = re.compile(r"\b(?:không|chẳng|chưa)(?: \w+){0,1} \Z", re.IGNORECASE)
AND = re.compile(r"[\s,“”\"]*(?:và|hoặc|hay|không)?[\s,“”\"]*(?:\w+ ){0,1}")
"""What stands between two words of one list: a negation before the first is over the second too."""
GONE = re.compile(
    r"[^:;]{0,40}\b"
    + one_of(
        "không còn | không xảy ra | không tái diễn | (?:được|đã) khắc phục | (?:được )?chấm dứt",
        "giảm (?:rõ|mạnh|hẳn|còn|dần|từ|so) | được (?:xóa bỏ|hạn chế|đẩy lùi|giải quyết)",
    )
    + r"(?!\w)",
    re.IGNORECASE,
)
"""What, soon after a word of blame, says that the thing is no more."""

SUPPOSED = whole(
    "sẽ (?:bị|phải|xem xét) | có thể bị | nếu | trường hợp .{0,40} thì | hãy | có quyền",
    "đề nghị người dân | đường dây nóng | cam kết | kế hoạch | chuyên mục | hội thi",
    "tập huấn | quy tắc ứng xử | nghị định | tùy theo | tùy mức độ | phong trào",
    "hướng dẫn(?! sai| thiếu| chưa) | trở lên | mở lớp | bồi dưỡng nghiệp vụ | nhằm | giúp",
    "tăng cường | kiên quyết | thì (?:bị|phải) | chịu trách nhiệm nếu | giải đáp | bao lâu",
    "để người dân (?:tố cáo|phản ánh|giám sát) | số điện thoại để | chỉ thị | siết chặt",
    r"thủ đoạn | kêu gọi | đề cao cảnh giác | mức phạt | phạt (?:tiền )?từ \d+ đến",
    "theo dự thảo | giả định | được phép",
    "(?<!đảng viên )không được | người vi phạm | khuyến cáo | tiểu phẩm | kịch bản | đóng vai | thí sinh",
)
"""Signs that a clause is about what may be, must be or is planned."""

CERTAIN = re.compile(
    r"\b(?:bị (?:khởi tố|bắt)|(?:đã|vừa) (?:bị|xảy ra)|phát hiện \d|để \d)",
    re.IGNORECASE,
)
"""What no plan says: such a clause reports a case whatever else it says."""

PRAISE = whole(
    "biểu dương | tuyên dương | khen thưởng | bằng khen | giấy khen | vinh danh | gương sáng",
    "gương điển hình | điển hình | tôn vinh | tri ân | người tốt | huân chương | được khen",
    "kỷ niệm | gặp mặt | truyền thống | chúc mừng | phong trào thi đua | thi đua(?:,| -) khen thưởng",
)

RULE = whole(
    "kế hoạch | hướng dẫn | quy trình | quy tắc | quy chế | nghị định | thông tư | (?<!kỷ )luật | dự thảo",
    "lấy ý kiến | góp ý | tập huấn | bồi dưỡng | hội thi | cuộc thi | hội thảo | tọa đàm | giả định",
    "diễn tập | tuyên truyền | phòng,? chống | cảnh báo | cảnh giác | giả danh | lừa đảo | khuyến cáo",
    "phổ biến | quy định (?:xử phạt|mới|về) | hỏi đáp | giải đáp | câu hỏi thường gặp",
    "mức phạt | sổ tay | là gì | thế nào | khi nào",
    r"(?<!, )(?<!việc )(?:trả lời|phúc đáp) (?:\w+ ){0,2}(?:phản ánh|kiến nghị|công dân|bạn đọc|cử tri)",
)
"""In a title that blames nobody: rules, lessons, warnings, and replies that tell what has been mended."""

GENERAL = whole(
    "sơ kết | tổng kết | đại hội | hội nghị | kỳ họp | giao ban | làm việc với | đối thoại | tiếp nhận",
    "ra quân | phát động | phong trào | thi đua | mô hình | sáng kiến | đề án | đề tài | nghiệm thu",
    "khánh thành | khởi công | ngày hội | ra mắt | giải quyết | đường dây nóng | khảo sát | phiên giải trình",
    "tổ chức | triển khai | ban hành | tăng cường | nâng cao | đẩy mạnh | cắt giảm | tuyển dụng | tuyển sinh",
    "thi tuyển | lịch | bản tin | thị trường | trao đổi nghiệp vụ | công bố (?!kết luận|kết quả kiểm tra)",
    r"đính chính | tỷ lệ | đúng hạn | trước hạn | \d+(?:,\d+)?%(?=\W) | kết quả giải quyết",
)
"""In a title that blames nobody: meetings, campaigns, works, statistics."""
