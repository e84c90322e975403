"""The words of criticism and what they weigh; each line is a list of phrases between bars."""

from __future__ import annotations

import re

from pipeline.review.checks.words import UPPER, one_of, whole

ACTS = one_of(
    r"đình chỉ (?:một|hai|ba|\d+|ông|bà|cán bộ|công chức) | tố (?:chính quyền|cán bộ|UBND|ông|bà|lãnh đạo)",
    "kiến nghị thu hồi | truy thu (?:của|từ|đối với) | buộc (?:hoàn trả|nộp lại|khắc phục)",
    "bị (?:kiểm điểm|trừ điểm thi đua|đình chỉ|điều chuyển|miễn nhiệm|xử lý trách nhiệm)",
    "đình chỉ sinh hoạt | khiển trách | cách chức | cách (?:hết|tất cả)(?: các)? chức",
    "bãi nhiệm | giáng chức | buộc thôi việc | sa thải | khai trừ | lĩnh án | tuyên phạt",
    "hầu tòa | bắt tạm giam | bắt quả tang | bị bắt | lệnh bắt | bắt giữ | bị truy tố",
    "tố cáo cán bộ | đình chỉ (?:công tác|chức vụ|nhiệm vụ|việc)",
    r"khởi tố (?:bị can|ông|bà|cựu|nguyên|đối với|\d+|một|hai|ba) | bị khởi tố",
    r"truy tố (?:ông|bà|cựu|nguyên|\d+)",
    "(?:bị|đã|chịu|hình thức|xử lý) kỷ luật(?:,? (?:cảnh cáo|khiển trách))?",
    r"kỷ luật (?:cảnh cáo|khiển trách|ông|bà|đối với|\d+)",
    "kỷ luật (?:cán bộ|công chức|viên chức|đảng viên|lãnh đạo|nguyên)",
    "nghiêm khắc phê bình | phê bình nghiêm khắc | bị phê bình | bị nhắc nhở | bị nhắc tên",
    "bị tố(?: cáo| giác)?",
    r"(?<!tự )phê bình(?= (?:các|\d|UBND|chủ tịch|giám đốc|người đứng đầu|lãnh đạo|ông|bà|Sở|xã|phường))",
    "tố cáo (?:ông|bà|công chức|lãnh đạo|chủ tịch|giám đốc|việc|trưởng)",
    "xử phạt (?:công ty|ông|bà|doanh nghiệp|cơ sở)",
    "xem xét trách nhiệm (?:của )?(?:ông|bà|chủ tịch|giám đốc|lãnh đạo) | quyết định kỷ luật",
)
"""What is done to somebody: no further sign is needed that it happened."""

CONDUCT = one_of(
    "văng tục | chửi | hẹn miệng | (?:không|chưa|chậm) xin lỗi (?:một|công dân|ông|bà)",
    "không trả kết quả | thiếu văn hóa | trống không | thu thêm",
    "vi phạm (?:những điều|quy chế|trình tự|nguyên tắc|đạo đức)",
    "sai (?:diện tích|đối tượng|định mức|thẩm quyền)",
    "gắt gỏng | cáu gắt | lạnh nhạt | trịch thượng | kê khống",
    "quyết toán khống | thông đồng | tiếp tay | móc nối | đút lót | ăn tiền | hối lộ",
    "biển thủ | chi sai | cấp sai | giao đất sai | bổ nhiệm sai | sử dụng sai | sai quy định",
    "sai quy trình | sai thẩm quyền | vượt thẩm quyền | cố ý (?:kéo dài|làm trái|làm sai)",
    "làm việc riêng | chơi điện thoại | không tiếp nhận hồ sơ | say rượu",
    "ép (?:hộ|ông|bà|người|doanh nghiệp) | cửa quyền | hách dịch | nhũng nhiễu | sách nhiễu",
    "vòi vĩnh | hạch sách | vòi tiền | ăn chặn | ăn bớt | ức hiếp | gây khó dễ",
    "gây khó khăn cho (?:người dân|dân|công dân|doanh nghiệp|nhân dân)",
    "làm khó (?:người )?dân | hành dân",
    "(?:giấy tờ|thủ tục|thành phần hồ sơ) (?:ngoài|không có trong|trái|không đúng(?: với)?) quy định",
    "tự đặt (?:ra|thêm) | tự ý (?:thu|bỏ vị trí|yêu cầu|đặt)",
    r"(?:ngâm|om|giam|bỏ quên|làm thất lạc|làm mất)(?: \d+)? hồ sơ",
    "hồ sơ bị (?:ngâm|om|bỏ quên|thất lạc) | (?:đòi|nhận|đưa)(?: tiền)? hối lộ",
    "nhận tiền (?:của|để|bồi dưỡng)",
    "đòi tiền | đòi “?bồi dưỡng | gợi ý “?bồi dưỡng”? | lót tay | phong bì | chung chi",
    "sai phạm | sai lệch hồ sơ | làm giả | làm sai lệch | khai khống | lập khống | gian lận",
    "tham ô | tham nhũng | trục lợi | chiếm đoạt | lợi dụng chức vụ | lạm quyền | lộng quyền",
    "bao che | thất thoát",
    r"thu (?!ngân|nhập|hoạch|hút|hồi)[\w, ]{0,30}(?:sai|trái|ngoài|vượt)(?: với)? (?:quy định|mức|mục đích)",
    r"thu (?!ngân|nhập|hoạch|hút|hồi)[\w, ]{0,30}cao hơn (?:quy định|mức)",
    "lạm thu | thu sai | tính sai | sai mục đích | trái thẩm quyền",
    "(?:chưa|không|thiếu) đúng mực | thiếu tôn trọng | thiếu chuẩn mực | cộc lốc",
    "quát (?:mắng|tháo|nạt) | thách thức | xúc phạm | vô cảm | thờ ơ | làm ngơ | bỏ mặc",
    "mắng | to tiếng | vi phạm nghiêm trọng | để xảy ra (?:vi phạm|sai phạm|tiêu cực)",
    "(?:là|đã|có) vi phạm | vi phạm (?:quy định|kỷ luật|của) | ép (?:người )?dân",
    "bắt (?:người )?dân | bỏ vị trí | bỏ trực | không tiếp (?:công )?dân | thiếu trách nhiệm",
    "buông lỏng | từ chối (?:tiếp nhận|chứng thực|giải quyết|tiếp dân|xác nhận) | kêu cứu",
    "không xin lỗi | uống rượu | đi muộn",
)
"""What somebody does wrong."""

LESSER = one_of(
    r"(?:(?<!chỉ )còn|để) [\d.]+ hồ sơ quá hạn | vi phạm trong",
    "làm rõ trách nhiệm (?:tập thể|cá nhân) | trừ điểm thi đua",
    "gây phiền hà | phiền hà | nhiêu khê | đùn đẩy | né tránh | tắc trách | bức xúc",
    "khiếu kiện | tái phạm | quan liêu | kiểm điểm trách nhiệm | kiểm điểm sâu sắc",
    "kiểm điểm nghiêm túc | xử lý trách nhiệm | chây ì",
    "trì trệ | (?<!tác động )(?<!ảnh hưởng )tiêu cực | yếu kém",
    "xếp cuối | đứng cuối | cuối bảng | không hoàn thành nhiệm vụ | cảnh cáo | khuyết điểm",
    "trái (?:với )?quy định | trái luật | trái pháp luật | xử lý nghiêm",
    "xin lỗi công khai | không trả lời | không thông báo | nhận khuyết điểm",
    "khởi tố vụ án | chậm trễ | cố tình | điều chuyển khỏi",
    r"đi lại nhiều lần | đi lại \d+ lần | lơ là | dây dưa | lập biên bản",
    "không niêm yết | không công khai | thiếu nhiệt tình | để (?:người )?dân chờ",
    "chậm tiến độ | chậm giải ngân | chậm trả kết quả",
)
SLIGHT = one_of(
    "làm rõ trách nhiệm(?! tập thể| cá nhân) | nhắc nhở | thấp nhất | vắng mặt | trái phép",
    "chấn chỉnh | kiểm điểm | quá hạn | thiếu sót | trễ hẹn | không đúng quy định",
)

BLAME = re.compile(
    rf"\b(?:(?P<act>{ACTS})|(?P<conduct>{CONDUCT})|(?P<lesser>{LESSER})|(?P<slight>{SLIGHT}))(?!\w)",
    re.IGNORECASE,
)
WEIGHT = {"act": 3.0, "conduct": 3.0, "lesser": 2.0, "slight": 1.0}
"""A slight word only adds to graver ones."""

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

HAPPENED = whole(
    "đã | bị | vừa | cho thấy | còn | vẫn | để xảy ra | xảy ra | phát hiện | chỉ ra | kết luận",
    "xác định | xác minh | thừa nhận | qua (?:kiểm tra|thanh tra|xác minh|giám sát)",
    r"một số (?:\w+ ){0,3}(?:công chức|cán bộ|đơn vị|xã|phường|nơi|nhân viên) | tình trạng",
    r"một (?:\w+ ){0,3}(?:cán bộ|công chức|viên chức|nhân viên|trưởng phòng|lãnh đạo)",
    "nhiều lần | sau vụ",
    r"\d+ (?:\w+ ){0,2}(?:hồ sơ|trường hợp|công chức|cán bộ|viên chức|đơn vị|xã|phường|sở|chủ tịch)",
    r"\d+ (?:\w+ ){0,2}(?:hộ|người|vụ|dự án)",
    "người dân (?:phản ánh|tố) | doanh nghiệp phản ánh | tố cáo | một bộ phận | triệu đồng",
    "cố tình | buộc thôi việc | tạm đình chỉ | quyết định kỷ luật | năm tù",
    "nhiều (?:hộ|người) dân | kéo dài",
)
"""Signs that a clause reports something that was or is."""

DENIED = re.compile(
    r"\b"
    + one_of(
        r"không (?:\w+ )?(?:có|còn|để|xảy ra|phát sinh|phát hiện|ghi nhận|được|nhận được)",
        "chưa (?:có|phát hiện|ghi nhận|xảy ra|để|từng) | chưa (?:một|hề)(?: lần)?",
        "tuyệt đối không | nói không với | nghiêm cấm | cấm | phòng,? ?(?:và |- ?)?chống | chống",
        "phòng ngừa | phòng tránh | ngăn chặn | ngăn ngừa | đẩy lùi | loại bỏ | xóa bỏ | bài trừ",
        "chấm dứt | khắc phục | tránh | giảm | giảm bớt | hạn chế (?:tình trạng|việc|tối đa)",
        "phê phán | kiên quyết | đấu tranh | nếu | cảnh báo | thủ đoạn | lừa đảo | giả danh | mưa",
        "lũ | bão | thiên tai | dịch bệnh | ngập",
    )
    + r"(?!\w)[^:]*\Z",
    re.IGNORECASE,
)
"""What, anywhere before a word of blame, says that the thing is not, or not of anybody's doing."""

TOPIC = re.compile(
    r"\b"
    + one_of(
        "phê bình những | nhằm | mọi | hành vi | xử phạt | mức phạt | chế tài",
        "(?<!trái )thẩm quyền | trình tự",
        "thủ tục (?:giải quyết|xử phạt|khởi tố|thi hành|xem xét|xử lý) | (?<!kỷ )luật(?! sư)",
        "tội | tuyên truyền | quy định (?:về|xử lý|việc) | chuyên đề | xử lý nghiêm | nghiệp vụ",
        "bộ tiêu chí",
    )
    + r"(?!\w)[^:,]*\Z",
    re.IGNORECASE,
)
"""What, in the same breath before a word of blame, says that it is only the name of a thing."""

NOT = re.compile(r"\b(?:không|chẳng|chưa)(?: \w+){0,1} \Z", re.IGNORECASE)
AND = re.compile(r"[\s,“”\"]*(?:và|hoặc|hay|không)?[\s,“”\"]*(?:\w+ ){0,1}")
"""What stands between two words of one list: a negation before the first is over the second too."""

SUPPOSED = whole(
    "sẽ (?:bị|phải|xem xét) | có thể bị | nếu | trường hợp .{0,40} thì | hãy | có quyền",
    "đề nghị người dân | đường dây nóng | cam kết | kế hoạch | chuyên mục | hội thi",
    "tập huấn | quy tắc ứng xử | nghị định | tùy theo | tuỳ theo | phạt tiền từ | phong trào",
    "hướng dẫn(?! sai| thiếu| chưa) | trở lên | mở lớp | bồi dưỡng nghiệp vụ | nhằm | giúp",
    "tăng cường | kiên quyết | thì (?:bị|phải) | chịu trách nhiệm | giải đáp | bao lâu",
    "để người dân (?:tố cáo|phản ánh|giám sát) | số điện thoại để | chỉ thị | siết chặt",
    "thủ đoạn | kêu gọi | đề cao cảnh giác | mức phạt",
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
    "phong trào thi đua | thi đua(?:,| -) khen thưởng",
)
