"""What the agencies publish in a month: items and wordings carry numbers, so that all can be told apart."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import datetime

PLACES = (
    "Xuân Đài",
    "Thanh Ba",
    "Cẩm Khê",
    "Hạ Hòa",
    "Lâm Thao",
    "Phù Ninh",
    "Tam Nông",
    "Yên Lập",
    "Đoan Hùng",
)
SUBJECTS = (
    "xã {place} mở bộ phận hướng dẫn nộp hồ sơ trực tuyến",
    "xã {place} thông báo lịch tiếp công dân tháng này",
    "kết quả số hóa sổ hộ tịch tại xã {place}",
    "xã {place} rút ngắn thời gian cấp giấy phép xây dựng",
    "lớp tập huấn kỹ năng số cho tổ công nghệ cộng đồng xã {place}",
    "xã {place} trả kết quả đất đai tại nhà cho người cao tuổi",
    "xã {place} công bố danh mục thủ tục thực hiện toàn trình",
)
SENTENCES = (
    "Người dân có thể nộp hồ sơ trên Cổng Dịch vụ công quốc gia và theo dõi tiến độ bằng mã hồ sơ.",
    "Trung tâm Phục vụ hành chính công bố trí bàn hướng dẫn riêng cho người cao tuổi và người khuyết tật.",
    "Lệ phí được thanh toán trực tuyến, biên lai điện tử gửi ngay về tài khoản của người nộp.",
    "Kết quả điện tử có giá trị như bản giấy và được lưu trong kho dữ liệu của công dân.",
    "Tổ công nghệ số cộng đồng đến từng khu dân cư để giúp bà con cài đặt ứng dụng định danh.",
    "Đơn vị đã rà soát toàn bộ quy trình nội bộ, bỏ những bước trùng lặp giữa các phòng chuyên môn.",
    "Mỗi sáng thứ Năm, lãnh đạo xã trực tiếp nghe ý kiến của người dân tại nhà văn hóa.",
    "Các biểu mẫu được viết lại cho ngắn gọn, có ví dụ điền sẵn dán tại nơi tiếp nhận.",
    "Hồ sơ nhận trước mười giờ được giải quyết trong ngày, trừ trường hợp phải đi xác minh thực địa.",
    "Sở chuyên ngành cử công chức xuống hỗ trợ trong suốt thời gian chuyển đổi hệ thống.",
    "Số liệu được công khai trên bảng điện tử để mọi người cùng giám sát.",
    "Bà con ở vùng xa được phục vụ lưu động hai lần mỗi tháng vào ngày nghỉ cuối tuần.",
    "Chương trình được duy trì đến hết quý và sẽ tổng kết, nhân rộng ra các xã còn lại.",
    "Bản đồ số của xã giúp tra cứu quy hoạch sử dụng đất ngay trên điện thoại.",
    "Học sinh trung học được mời tham gia đội tình nguyện hướng dẫn người lớn tuổi dùng máy tính.",
    "Hệ thống nhắn tin tự động báo cho người dân khi hồ sơ cần bổ sung giấy tờ.",
    "Đường dây nóng hoạt động trong giờ hành chính, ý kiến được trả lời chậm nhất sau ba ngày.",
    "Các nhóm thủ tục về khai sinh và bảo hiểm y tế cho trẻ nhỏ được làm cùng một lần.",
    "Kho lưu trữ của xã đã scan xong sổ sách từ những năm tám mươi.",
    "Đại diện mặt trận cho biết sự hài lòng tăng rõ rệt sau nửa năm triển khai.",
    "Doanh nghiệp nhỏ được tư vấn miễn phí về kê khai thuế và hóa đơn điện tử.",
    "Nhà văn hóa các khu đều có mạng không dây và một máy tính dùng chung.",
)  # fmt: skip
CRITICAL = (
    "Qua kiểm tra, Chủ tịch UBND tỉnh phê bình UBND xã {place} để 37 hồ sơ đất đai quá hạn, gây phiền hà cho "
    "người dân; yêu cầu kiểm điểm trách nhiệm của công chức liên quan."
)
CRITICAL_SUBJECT = "kết quả kiểm tra việc giải quyết hồ sơ tại xã {place}"
_NAME = re.compile(r"Tin số (\d+), bản (\d+)")
_FILE = re.compile(r"tin-so-(\d+)-ban-(\d+)-")


@dataclass
class Item:
    """One entry of an agency's feed as it shows it now; times are aware."""

    number: int
    source: str
    at: datetime
    """When the agency publishes it."""
    kind: str = "tin"
    topic: int | None = 1
    embargo: datetime | None = None
    expires: datetime | None = None
    urgent: bool = False
    """The agency asks for the priority of an emergency."""
    critical: bool = False
    """It blames somebody: two people must approve it."""
    long: bool = False
    corrects: int | None = None
    approved: datetime | None = None
    """Since when its agency approves it; None: it does not."""
    version: int = 1
    """The wording that the feed shows."""
    latest: int = 1
    """The newest wording that anybody has made of it."""
    edits: dict[int, datetime] = field(default_factory=dict)
    """The agency's own later wordings, each with when it was published."""
    withdrawn: datetime | None = None
    """Since when its agency has taken it down."""

    def edit(self, now: datetime) -> None:
        """Publish another wording."""
        self.latest += 1
        self.version, self.edits[self.latest] = self.latest, now

    @property
    def title(self) -> str:
        return f"{name(self.number, self.version)}: {_subject(self.number, self.critical)}"

    @property
    def paragraphs(self) -> list[str]:
        """Natural sentences of its own choice; each paragraph ends with its name."""
        chance = random.Random(self.number)  # noqa: S311 - a script, not a secret
        words = chance.sample(SENTENCES, 18 if self.long else 6)
        if self.critical:
            words[1] = CRITICAL.format(place=chance.choice(PLACES))
        if self.version > 1:
            words.append(f"Thông tin đã được cập nhật lần thứ {self.version}.")
        here = f"({name(self.number, self.version)})"
        return [" ".join([*words[at : at + 3], here]) for at in range(0, len(words), 3)]


def name(number: int, version: int) -> str:
    """What tells a wording of an item from all others, wherever it is read."""
    return f"Tin số {number}, bản {version}"


def named(text: str) -> tuple[int, int] | None:
    """The item and the wording that a text names first."""
    found = _NAME.search(text) or _FILE.search(text)
    return (int(found[1]), int(found[2])) if found else None


def _subject(number: int, critical: bool) -> str:
    chance = random.Random(number + 10**6)  # noqa: S311
    words = CRITICAL_SUBJECT if critical else chance.choice(SUBJECTS)
    return words.format(place=chance.choice(PLACES))
