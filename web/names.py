"""The words under which topics, kinds, levels and states are shown; the codes stand in the glossary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pipeline import office
from pipeline.schedule import Schedule

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

ACTS = {
    "approve": _("duyệt"),
    "grant-emergency": _("cho phát khẩn cấp"),
    "return": _("trả lại"),
    "hold": _("giữ lại"),
    "correct": _("đính chính"),
    "withdraw": _("gỡ bài"),
    "mend": _("sửa bài"),
    "accept": _("cho phép công khai"),
    "word-channel": _("sửa bản riêng của kênh"),
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
}


def fact(name: str, value: Any) -> str:
    """What an officer may state of an article, in words; moments in the office's zone."""
    choices: dict[str, Any] = {"topic": TOPICS, "kind": KINDS, "priority": PRIORITIES}
    if value is None:
        return gettext("chưa rõ") if name in choices or name == "published" else gettext("không có")
    if name in choices:
        return str(choices[name].get(value, value))
    return f"{value.astimezone(office.current().schedule.office.zone):%H:%M, %d/%m/%Y}"


def channels(schedule: Schedule) -> dict[str, str]:
    """Every channel's id → its name for people; the id is added where two are of one kind."""
    kinds = Counter(channel.kind for channel in schedule.channels)
    return {
        channel.id: f"{name} ({channel.id})" if kinds[channel.kind] > 1 else str(name)
        for channel in schedule.channels
        if (name := CHANNELS.get(channel.kind, channel.id))
    }


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
