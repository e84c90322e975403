"""The words of criticism and what they weigh; each line is a list of phrases between bars."""

from __future__ import annotations

import re

from pipeline.review.checks.framing import MANY
from pipeline.review.checks.telling import TELLS
from pipeline.review.checks.words import one_of

OFFICIAL = one_of(
    "cán bộ | công chức | viên chức | nhân viên | đảng viên | lãnh đạo | giáo viên | hiệu trưởng | kế toán",
    "(?:phó )?(?:giám đốc|chủ tịch|bí thư|chi cục trưởng|cục trưởng|hạt trưởng|đội trưởng|chánh thanh tra)",
    "(?:phó )?trưởng (?:phòng|ban|trạm|khu|thôn|bộ phận|công an|khoa) | phó (?:phòng|ban|khoa)",
    "điều dưỡng | bác sĩ | đăng kiểm viên",
    "người (?:đứng đầu|phụ trách|thẩm định|thụ lý|lập|ký|duyệt|làm sai)",
)
"""Who serves the public."""
OFFICE = one_of(
    "UBND | ủy ban | chi nhánh | sở | chi cục | trường | trung tâm | bệnh viện | trạm | ban quản lý",
    "xã | phường | công ty | phòng | ban giám hiệu | nhà trường | bưu điện | nhà máy | hạt kiểm lâm",
)

PUNISHED = one_of(
    r"bị (?:\w+ ){0,3}?(?:kiểm điểm|phê bình|nhắc (?:nhở|tên)|trừ điểm|cắt|hạ|điều chuyển|chuyển vị trí)",
    r"bị (?:\w+ ){0,3}?(?:đình chỉ|miễn nhiệm|xử lý trách nhiệm|thuyên chuyển|cho thôi|tước|truy tố)",
    "bị tố(?: cáo| giác)? | bị bắt | bị khởi tố | hạ bậc lương | cắt thi đua",
    r"đình chỉ (?:một|hai|ba|\d+|ông|bà|cán bộ|công chức|công tác|chức vụ|nhiệm vụ|việc|sinh hoạt)",
    "tạm (?:dừng|ngừng) (?:công việc|nhiệm vụ|công tác|điều hành)",
    "khiển trách | cách chức | cách (?:hết|tất cả)(?: các)? chức",
    "bãi nhiệm | giáng chức | buộc thôi việc | sa thải | khai trừ",
    "(?:bị|đã|chịu|hình thức|xử lý|thi hành) kỷ luật(?:,? (?:cảnh cáo|khiển trách))?",
    r"kỷ luật (?:cảnh cáo|khiển trách|ông|bà|đối với|\d+) | quyết định kỷ luật",
    "kỷ luật (?:cán bộ|công chức|viên chức|đảng viên|lãnh đạo|nguyên)",
)
HARM = (
    "(?:ốm|bệnh|thương|tai nạn|ảnh hưởng|thiệt hại|khuyết|mất|lừa|động|hại|hư|hỏng|ngập|cháy|quá tải|cuốn"
    "|liệt|gián đoạn|tấn công|bãi bỏ|thu hồi|đứt|kẹt|sạt|cô lập|trượt|rò|xuống cấp)"
)
"""What befalls people and things without anybody's blame."""
ATONE = "(?:kiểm điểm|giải trình|xin lỗi|làm rõ)"
MEASURES = one_of(
    rf"(?:(?:điều|thuyên) chuyển|tạm ngừng|cho (?:nghỉ|thôi)|kỷ luật|bắt|đình chỉ)(?: \w+){{0,4}} {OFFICIAL}",
    rf"(?:xử lý|rút thẻ|cắt hợp đồng|trừ lương|chuyển|cách chức|hồ sơ xử lý)(?: \w+){{0,2}}? {OFFICIAL}",
    rf"{OFFICIAL}(?: \w+){{0,3}} bị(?! {HARM})",
    rf"{OFFICE}(?: \w+){{0,5}} bị(?! {HARM})",
    rf"(?:yêu cầu|đề nghị|giao)(?: \w+){{0,3}}? (?:{OFFICIAL}|{OFFICE})(?: \w+){{0,9}}? {ATONE}",
    "cho thôi việc | (?:tạm )?cho nghỉ việc | dừng hoạt động | rút thẻ",
)
"""What befalls an official or an office."""
REPRIMANDED = one_of(
    rf"(?:(?<!tự )phê bình|nhắc nhở|(?<!xử )phạt|khiển trách)(?: \w+){{0,2}}? (?:{OFFICIAL}|{OFFICE})",
    "nghiêm khắc phê bình | phê bình nghiêm khắc | nhắc nhở nghiêm khắc | nghiêm khắc nhắc nhở",
    r"(?<!tự )phê bình(?= (?:các|\d|UBND|chủ tịch|giám đốc|người đứng đầu|lãnh đạo|ông|bà|Sở|xã|phường))",
    "(?:điểm|nêu) tên (?:các |những )?(?:đơn vị|sở|xã|cơ quan) | chỉ đích danh | điểm mặt",
    "xem xét trách nhiệm (?:của )?(?:ông|bà|chủ tịch|giám đốc|lãnh đạo)",
)
PROSECUTED = one_of(
    "lĩnh án | tuyên phạt | hầu tòa | bị can | bắt tạm giam | bắt quả tang | lệnh bắt",
    r"khởi tố (?:bị can|ông|bà|cựu|nguyên|đối với|\d+|một|hai|ba) | truy tố (?:ông|bà|cựu|nguyên|\d+)",
    "tố (?:chính quyền|cán bộ|UBND|ông|bà|lãnh đạo)",
    "tố cáo (?:cán bộ|ông|bà|công chức|lãnh đạo|chủ tịch|giám đốc|việc|trưởng)",
    r"(?:xử )?phạt (?:công ty|ông|bà|doanh nghiệp|cơ sở) | cơ quan điều tra",
    "kiến nghị thu hồi | truy thu (?:của|từ|đối với) | buộc (?:hoàn trả|nộp lại|khắc phục)",
)

PAY = "“?(?:bồi dưỡng|phong bì|tiền|quà|hoa hồng|ủng hộ|lót tay|cà phê|cảm ơn|quan hệ)”?"
BY_RULE = (
    "(?:quy định|quy chế|quy trình|thẩm quyền|thực tế|trình tự|biểu giá|danh mục|đối tượng|mục đích|mức)"
)
GREED = one_of(
    rf"(?:đòi|vòi|gợi ý|vòi vĩnh|ép|nhận hối lộ)[\w ,]{{0,24}}{PAY} | nhận (?:phong bì|hoa hồng|hối lộ)",
    "nhận tiền (?:của|để|bồi dưỡng) | đút lót | ăn tiền | hối lộ | lót tay | phong bì | chung chi",
    "vòi vĩnh | vòi tiền | ăn chặn | ăn bớt | hạch sách | lạm thu | biển thủ | thu (?:thêm|sai)",
    rf"thu (?!ngân|nhập|hoạch|hút|hồi)[\w, ]{{0,30}}(?:sai|trái|ngoài|vượt|cao hơn)(?: với)? {BY_RULE}",
    "tham ô | tham nhũng | trục lợi | chiếm đoạt | lợi dụng (?:chức vụ|nhiệm vụ|vị trí) | thất thoát",
)
FRAUD = one_of(
    r"(?:kê|kê khai|khai|lập|chi|thanh toán|nghiệm thu|quyết toán)(?: \w+){0,2} khống",
    r"(?:danh sách|hồ sơ|học viên|chứng từ|hóa đơn)(?: \w+){0,2} (?:ảo|khống|giả)",
    "gian lận | làm giả | (?:làm )?sai lệch (?:hồ sơ|kết quả|số liệu) | nâng điểm | thông (?:đồng|thầu)",
    "chia nhỏ gói thầu | móc nối | tiếp tay | bao che | cố ý (?:kéo dài|làm trái|làm sai)",
)
ABUSE = one_of(
    "cửa quyền | hách dịch | nhũng nhiễu | sách nhiễu | ức hiếp | gây khó dễ | lạm quyền | lộng quyền",
    "làm khó (?:người )?dân | “?hành”? (?:người )?dân | (?:ép|bắt) (?:người )?dân",
    "ép (?:hộ|ông|bà|người|doanh nghiệp)",
    "gây khó khăn cho (?:người dân|dân|công dân|doanh nghiệp|nhân dân)",
    "tự đặt (?:ra|thêm) | tự ý (?:thu|bỏ vị trí|yêu cầu|đặt)",
    r"(?:ngâm|om|giam|bỏ quên|làm thất lạc|làm mất)(?: \d+)? hồ sơ",
    r"(?:hồ sơ|giấy tờ) (?:\w+ )?bị “?(?:ngâm|om|bỏ quên|thất lạc)”? | bị “?(?:ngâm|om)”?",
    "vô lý | vô cớ | (?:không có|thiếu) căn cứ",
)
RUDENESS = one_of(
    "văng tục | chửi | quát (?:mắng|tháo|nạt) | thách thức | xúc phạm | mắng | to tiếng | nặng lời",
    "gắt gỏng | cáu (?:gắt|kỉnh|bẳn) | lạnh (?:nhạt|lùng) | trịch thượng | cộc lốc | khó nghe | hất hàm",
    "trống không | thiếu văn hóa | (?:chưa|không|thiếu) (?:đúng|chuẩn) mực | thiếu tôn trọng | coi thường",
    "vô cảm | thờ ơ | làm ngơ | bỏ mặc | dửng dưng | xua đuổi | hời hợt | vô trách nhiệm",
    r"thái độ (?:\w+ ){0,2}(?:kém|bất hợp tác|khó chịu|coi thường|xấu|không tốt|thiếu)",
)
ABSENCE = one_of(
    "bỏ vị trí | bỏ trực | bỏ nhiệm sở | rời vị trí | không tiếp (?:công )?dân | hẹn miệng",
    "làm việc riêng | chơi điện thoại | uống rượu | say rượu | đi muộn | về sớm",
    "không (?:có ai|có người|ai) (?:trực|tiếp|làm việc|giải quyết) | không có mặt",
)
WRONG = one_of(
    "sai phạm | sai (?:quy|thẩm|mục|đối|định|diện)(?: (?:định|trình|chế|quyền|đích|tượng|mức|tích))",
    r"(?:chi|cấp|giao đất|bổ nhiệm|sử dụng|tính|áp) sai | trái thẩm quyền | vượt thẩm quyền",
    "vi phạm (?:những điều|quy chế|trình tự|nguyên tắc|đạo đức|nghiêm trọng|quy định|kỷ luật|của)",
    "(?:là|đã|có) vi phạm | để xảy ra (?:vi phạm|sai phạm|tiêu cực)",
    rf"(?:giấy tờ|thủ tục|hồ sơ|khoản|giá)(?: \w+)? (?:ngoài|không có trong|trái)(?: với)? {BY_RULE}",
    "không tiếp nhận hồ sơ | không trả kết quả | thiếu trách nhiệm | buông lỏng",
    "đùn đẩy | né tránh trách nhiệm | sợ trách nhiệm",
    "từ chối (?:tiếp nhận|nhận hồ sơ|chứng thực|giải quyết|tiếp dân|xác nhận|hướng dẫn)",
    "(?:không|chưa|chậm) xin lỗi (?:một|công dân|ông|bà) | không xin lỗi | không một lời xin lỗi",
)

DUTY = one_of(
    "tiếp nhận | giải quyết | trả lời | hồi âm | trả kết quả | thông báo | công khai",
    "niêm yết | báo cáo | gửi báo cáo | giải trình | xử lý | hướng dẫn | tiếp công dân | phối hợp",
    "quan tâm | đôn đốc | kiểm tra | đối chiếu | chấp hành | khắc phục | giải ngân | tiến độ",
    "thư xin lỗi | phiếu hẹn | văn bản | trách nhiệm | quyết liệt | nhiệt tình | trực tiếp",
)
NEGLECT = one_of(
    "vẫn (?:chưa|im lặng|không) | im lặng | bỏ lửng | tồn đọng | bỏ lọt | bỏ qua | làm ẩu | cho có | đội sổ",
    "không ai | không (?:một|lần nào|hề|biên lai|văn bản|phù hợp|trung thực|minh bạch)",
    "chưa (?:thật sự|thực chất)",
    "thiếu (?:kiểm chứng|minh bạch|kiểm tra|giám sát|sâu sát) | trái với | xuê xoa | qua loa",
    rf"(?:không|chưa|chậm|thiếu|né tránh|trì hoãn|lần lữa)(?: \w+){{0,1}} {DUTY}",
    "chậm trễ | lơ là | dây dưa | trì trệ | ì ạch | chây ì | tắc trách | yếu kém | khoán trắng",
    "né tránh | lòng vòng | không dám | ùn ứ | chồng chéo | quan liêu | xa dân",
    "để (?:người )?dân (?:chờ|đi)",
    "xếp cuối | đứng cuối | cuối bảng | không hoàn thành nhiệm vụ",
)
ANSWERABLE = one_of(
    r"(?:làm rõ|xem lại|xem xét|xác định|truy|nhận|có)(?: \w+){0,3}? (?:lỗi|sai|dấu hiệu|vai trò)",
    "làm rõ (?:vụ|việc|có hay không|ai) | có hay không | phải chịu trách nhiệm",
    "vào cuộc (?:điều tra|xác minh)",
    r"mời [^.;\n]{0,40}làm việc | (?:tạm nghỉ|tạm dừng)[^.;\n]{0,12} để",
    "đổ lỗi | nể nang | chủ quan | phân trần | chưa nắm (?:được|rõ) | viết (?:bản )?tường trình",
    "(?:nói|hỏi|nêu) thẳng | coi nhẹ | bị nhắc | nhận khuyết điểm | không bao che",
    r"(?:làm rõ|xử lý|kiểm điểm|xem xét|nhận|truy|quy)(?: \w+){0,2}? trách nhiệm",
    "trách nhiệm (?:trước hết |chính )?thuộc | không (?:thể )?chấp nhận | tường trình | nhận lỗi",
    r"(?:phải|yêu cầu|đề nghị)(?: \w+){0,6}? giải trình | bản (?:tự )?kiểm điểm | họp kiểm điểm",
    "kiểm điểm (?:sâu sắc|nghiêm túc|tập thể|cá nhân) | nghiêm túc rút kinh nghiệm",
    "trừ điểm thi đua | điều chuyển (?:khỏi|công chức|cán bộ) | cảnh cáo | lập biên bản | xử lý nghiêm",
    "xin lỗi công khai | công khai xin lỗi | phải xin lỗi | xử lý kỷ luật | hình thức xử lý",
)
COMPLAINED = one_of(
    "bất bình | lên án | bàn tán | khiếu nại (?:ông|bà|xã|phường|việc)",
    "(?:dân|phụ huynh|cử tri|tiểu thương) tố",
    "bất thường | xuất toán | đội giá | mập mờ | bảo kê | khuất tất | thất thu | tẩy xóa",
    "không biên lai | nhập nhầm | chi nhầm",
    r"(?:thu hồi|thu lại|hoàn (?:lại|trả)|nộp lại|giảm trừ|truy lĩnh)[^.;,\n]{0,40}(?:tiền|triệu|tỷ|trợ cấp)",
    "bức xúc | kêu (?:trời|cứu|ca) | phẫn nộ | ngao ngán | thất vọng | dư luận xấu | khiếu kiện",
    r"phản ánh (?:\w+ ){0,4}(?:có cơ sở|đúng sự thật) | đúng (?:một phần|sự thật) | là có cơ sở",
    "gây phiền hà | phiền hà | nhiêu khê | thắng kiện | thua kiện | gây thiệt hại | hủy kết quả",
)
REPEATED = one_of(
    rf"(?:đi (?:lại|về)|(?:làm|quay|nộp|trả) lại|bổ sung|hẹn|khất|lên xã)[^.;\n]{{0,20}} {MANY} (?:lần|lượt)",
    rf"{MANY} lần (?:lên|đến|đi|quay lại|phải|bị|nộp|bổ sung|làm)",
    "lần nào | (?:quay lại|hẹn lại|đợi|hẹn) tuần sau | hết hẹn | đi lại nhiều lần",
)
FAULT = one_of(
    "khuyết điểm | tái phạm | cố tình | sai sót | vi phạm trong | khởi tố vụ án",
    "(?<!tác động )(?<!ảnh hưởng )tiêu cực",
    rf"(?:trái|ngoài)(?: với)? (?:quy định|luật|pháp luật|biểu giá) | không đúng {BY_RULE}",
)

KINDS = {
    3.0: {
        "punished": PUNISHED,
        "reprimanded": REPRIMANDED,
        "prosecuted": PROSECUTED,
        "measures": MEASURES,
        "greed": GREED,
        "fraud": FRAUD,
        "abuse": ABUSE,
        "rudeness": RUDENESS,
        "absence": ABSENCE,
        "wrong": WRONG,
    },
    2.0: {
        "neglect": NEGLECT,
        "answerable": ANSWERABLE,
        "complained": COMPLAINED,
        "repeated": REPEATED,
        "fault": FAULT,
    },
    **TELLS,
}
"""The kinds of evidence by their weight: grave ones suffice alone, the others only together."""
WEIGHT = {kind: weight for weight, kinds in KINDS.items() for kind in kinds}
ACTS = frozenset({"punished", "reprimanded", "prosecuted"})
"""What is done to somebody: no further sign is needed that it happened."""
TELLING = frozenset(kind for kinds in TELLS.values() for kind in kinds)
"""No blame by itself, so it counts in any clause."""

BLAME = re.compile(
    r"\b(?=[\w“])(?:"
    + "|".join(f"(?P<{kind}>{words.lower()})" for kinds in KINDS.values() for kind, words in kinds.items())
    + r")(?!\w)"
)
"""For text in lower case: only without IGNORECASE does `re` pass over a phrase by its first letter alone."""
