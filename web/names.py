"""The words under which topics, kinds, levels and states are shown; the codes stand in the glossary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pipeline import office
from pipeline.schedule import AnyChannel, ManualSettings, Schedule

TOPICS = {
    1: _("Chính sách, pháp luật"),
    2: _("Công nghệ, Một cửa"),
    3: _("Công khai, phản ánh"),
    4: _("Thủ tục liên thông"),
    5: _("Sự kiện, sáng kiến"),
    6: _("Biểu dương, phê bình"),
}
"""The six topics of Kế hoạch 865/KH-UBND, shortened."""

KINDS = {
    "tin": _("Tin"),
    "bai": _("Bài"),
    "thong-cao": _("Thông cáo báo chí"),
    "thong-bao": _("Thông báo"),
    "so-tay": _("Sổ tay, hướng dẫn"),
    "phong-su": _("Phóng sự"),
    "hoi-dap": _("Hỏi – đáp"),
    "dinh-chinh": _("Đính chính"),
}

PRIORITIES = {"thuong": _("Thông thường"), "uu-tien": _("Ưu tiên"), "khan-cap": _("Khẩn cấp")}

CHANNELS = {
    "portal": _("Cổng thông tin"),
    "telegram": "Telegram",
    "zalo-oa": "Zalo OA",
    "zalo-bot": "Zalo Bot",
    "radio": _("Truyền thanh"),
    "press": _("Báo chí"),
}

FIELDS = {
    "topic": _("Chủ đề"),
    "kind": _("Thể loại"),
    "priority": _("Mức ưu tiên"),
    "published": _("Ngày đăng"),
    "embargo": _("Cấm phát trước"),
    "expires": _("Hết hiệu lực"),
}
"""What an officer may state of an article, by the names of `Revision`."""

SUBJECTS = {
    "article": _("bài"),
    "delivery": _("lượt gửi"),
    "draft": _("bài đang viết"),
    "channel": _("kênh"),
    "source": _("nguồn"),
    "user": _("tài khoản"),
    "run": _("lượt chạy"),
    "audit": _("nhật ký"),
}
"""What an act was about, by the word before the colon."""

STATES = {
    "review": _("Cần xem lại"),
    "held": _("Đang giữ"),
    "approved": _("Đã duyệt"),
    "skipped": _("Bỏ qua"),
    "withdrawn": _("Đã gỡ"),
}

STOPS = {"on-hold": _("Giữ vì:"), "returned": _("Trả lại vì:")}
"""What a person's reason is introduced with, by `Article.stopped`."""

DELIVERY_STATES = {
    "queued": _("Đang chờ"),
    "sending": _("Đang gửi"),
    "sent": _("Đã gửi"),
    "failed": _("Gửi lỗi"),
    "uncertain": _("Chưa rõ kết quả"),
    "withdrawn": _("Đã gỡ"),
    "superseded": _("Có bản mới thay"),
}

ROLES = {
    "contributor": _("người cung cấp tin"),
    "editor": _("biên tập viên"),
    "approver": _("người duyệt"),
    "operator": _("người vận hành kênh"),
    "administrator": _("người quản trị"),
    "press": _("cơ quan báo chí"),
    "auditor": _("người kiểm tra (chỉ xem)"),
}

ACTS = {
    "approve": _("duyệt"),
    "grant-emergency": _("cho phát khẩn cấp"),
    "return": _("trả lại"),
    "hold": _("giữ lại"),
    "correct": _("đính chính"),
    "withdraw": _("gỡ bài"),
    "mend": _("sửa bài"),
    "accept": _("cho phép công khai"),
    "write": _("viết bài"),
    "hand-in": _("nộp bài để duyệt"),
    "take-up": _("viết tiếp bài bị trả lại"),
    "discard": _("bỏ bài đang viết"),
    "word-channel": _("sửa bản riêng của kênh"),
    "move": _("đổi giờ gửi"),
    "by-hand": _("không gỡ được, phải gỡ bằng tay"),
    "review": _("kiểm tra"),
    "collect": _("đọc từ nguồn"),
    "remark": _("ghi chú của nguồn"),
    "revise": _("nhận bản sửa từ nguồn"),
    "failed": _("gửi lỗi"),
    "uncertain": _("gửi, chưa rõ kết quả"),
    "resolve": _("xử lý lượt gửi"),
    "found": _("hỏi kênh và thấy tin ở đó"),
    "taken-down": _("gỡ bằng tay trên kênh"),
    "admit": _("cho vào nhiều bài cùng lúc"),
    "pause": _("tạm dừng kênh"),
    "resume": _("cho kênh chạy lại"),
    "moved": _("ghi nhận nhóm chat chuyển chỗ"),
    "bulletin": _("soạn bản tin"),
    "no-bulletin": _("không soạn được bản tin"),
    "missed": _("lỡ một lượt chạy"),
    "backup": _("sao lưu"),
    "restore": _("khôi phục"),
    "user": _("giao việc"),
    "invite": _("mời vào"),
    "disable": _("ngừng tài khoản"),
    "enable": _("mở lại tài khoản"),
    "sign-in": _("đăng nhập"),
    "password": _("đặt mật khẩu"),
    "password-link": _("tạo đường dẫn đặt mật khẩu"),
    "second-factor": _("cài mã đăng nhập"),
    "recovery-code": _("đăng nhập bằng mã dự phòng"),
    "recovery-codes": _("lấy mã dự phòng mới"),
    "forget-second-factor": _("bỏ mã đăng nhập cũ"),
    "export": _("tải nhật ký về"),
    "erase": _("xóa nội dung một mục nhật ký"),
    "try": _("đọc thử nguồn"),
    "broadcast": _("gửi loạt trên Zalo OA"),
    "broadcast-sent": _("Zalo đã nhận lượt gửi loạt"),
    "broadcast-failed": _("Zalo không nhận lượt gửi loạt"),
    "broadcast-uncertain": _("gửi loạt, chưa rõ kết quả"),
    "card-taken": _("nhận thẻ đăng bằng tay"),
    "card-done": _("đã đăng hoặc gỡ bằng tay"),
    "card-back": _("trả lại thẻ đăng bằng tay"),
    "card-dropped": _("không làm thẻ đăng bằng tay"),
}


def fact(name: str, value: Any) -> str:
    """What an officer may state of an article, in words; moments in the office's zone."""
    choices: dict[str, Any] = {"topic": TOPICS, "kind": KINDS, "priority": PRIORITIES}
    if value is None:
        return gettext("chưa rõ") if name in choices or name == "published" else gettext("không có")
    if name in choices:
        return str(choices[name].get(value, value))
    return f"{value.astimezone(office.current().schedule.office.zone):%H:%M, %d/%m/%Y}"


def delivered(state: str, channel: str) -> str:
    """A delivery's state in words: a script is handed to the station, whose part it is to broadcast it."""
    kinds = {each.id: each.kind for each in office.current().schedule.channels}
    if state == "sent" and kinds.get(channel) == "radio":
        return gettext("Đã giao kịch bản")
    return str(DELIVERY_STATES[state])


def channels(schedule: Schedule) -> dict[str, str]:
    """Every channel's id → its name for people; the id is added where two would have the same."""
    named = {channel.id: _name(channel) for channel in schedule.channels}
    alike = Counter(named.values())
    return {id: f"{name} ({id})" if alike[name] > 1 else name for id, name in named.items()}


def _name(channel: AnyChannel) -> str:
    if isinstance(channel, ManualSettings):
        return channel.place
    return str(CHANNELS.get(channel.kind, channel.id))


def who(name: str, agencies: Mapping[str, str]) -> str:
    """Whoever the audit log names, in words: a person, a source, a source's rule, the shell, Loa itself."""
    kind, _colon, rest = name.partition(":")
    match kind:
        case "source":
            return agencies.get(rest, rest)
        case "rule":
            return gettext("quy tắc của nguồn %(agency)s") % {"agency": agencies.get(rest, rest)}
        case "shell":
            return gettext("dòng lệnh (%(user)s)") % {"user": rest}
    return "Loa" if name == "loa" else name
