"""Whether an office is well, judged purely from facts: each check a sentence in Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from pipeline.watch.values import Doubt, Emergency, Facts, Mute, Pause, Run, Silent, Spoilt

GRACE = timedelta(minutes=15)
"""A run, a look of the clock or a post that is no later than this is no news."""
SWEEP_DUE = timedelta(minutes=5)
"""A ledger that nobody swept for so long has no worker."""
STUCK = timedelta(hours=2)
"""What has been due for so long is not only waiting for a rate limit."""
BACKUP_DUE, BACKUP_LATE = timedelta(hours=36), timedelta(days=3)
TOKEN_SOON = timedelta(days=14)
SILENT = timedelta(hours=1)
"""The duty officer hears of a source that cannot be read for so long."""
EVENTS = frozenset({"emergency"})
PASSES = EVENTS | {"bulletin"}
"""The kinds of checks that the clock ends: that is no good news."""
"""The checks that tell what has happened: it is told once, and is never over."""
GIB = 2**30
DISK_LOW, DISK_FULL = 2 * GIB, GIB // 2


class Level(StrEnum):
    """How much a check says is amiss; only `fail` calls for somebody now."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    """What kind of thing: the only part of a check that strangers may read, with its level."""
    level: Level
    message: str
    about: str = ""
    """Which one of its kind: a run, a channel."""
    since: str = ""
    """Tells one trouble from the next of the same thing, where it may come again before it ended."""
    told: bool = False
    """The duty officer hears of it although it does not fail."""


@dataclass(frozen=True)
class Health:
    """All checks, in the order in which one should read them."""

    checks: tuple[Check, ...]

    @property
    def level(self) -> Level:
        """The worst of all."""
        return worst(check.level for check in self.checks)

    @property
    def failing(self) -> tuple[Check, ...]:
        """What somebody must see to now."""
        return tuple(check for check in self.checks if check.level is Level.FAIL)

    @property
    def to_tell(self) -> tuple[Check, ...]:
        """What the duty officer hears of: all that fails, and what a person should know in good time."""
        return tuple(check for check in self.checks if check.level is Level.FAIL or check.told)

    def by_name(self) -> dict[str, Level]:
        """The worst level of each kind of check."""
        names = dict.fromkeys(check.name for check in self.checks)
        return {name: worst(c.level for c in self.checks if c.name == name) for name in names}


def worst(levels: Iterator[Level]) -> Level:
    """`fail` over `warn` over `ok`."""
    return max(levels, key=list(Level).index, default=Level.OK)


def judge(facts: Facts, now: datetime, real_now: datetime) -> Health:
    """What the facts come to at this instant: `now` is business time, `real_now` the machine's."""
    checks = [_database(facts)]
    if not facts.trouble:
        checks += [_clock(facts, real_now), _sweep(facts, real_now)]
        checks += [_run(run, facts.zone) for run in facts.runs]
        checks += [*_sources(facts, now), _queue(facts, now), _cards(facts, now)]
        checks += [*_doubts(facts), _withdrawal(facts, now)]
        checks += [_emergency(each, facts.zone) for each in facts.emergencies]
        checks += [_pause(pause) for pause in facts.pauses]
        checks += [_spoilt(each, facts.zone) for each in facts.spoilt]
        checks += [_empty(channel, airs_at, facts.zone) for channel, airs_at in facts.empty]
        checks += [_thin(*each, facts.zone) for each in facts.thin]
        checks += [_search(facts), _backup(facts, now)]
        checks += [_token(channel, ends, facts.zone, real_now) for channel, ends in facts.tokens.items()]
        checks += [_mute(mute, facts.zone, real_now) for mute in facts.mutes]
    return Health((*checks, _disk(facts)))


def _database(facts: Facts) -> Check:
    if facts.trouble:
        return Check("database", Level.FAIL, facts.trouble)
    return Check("database", Level.OK, "Cơ sở dữ liệu trả lời.")


def _clock(facts: Facts, real_now: datetime) -> Check:
    if facts.last_look is None:
        return Check("clock", Level.OK, "Không có đồng hồ nào chạy thường trực.")
    if real_now - facts.last_look > GRACE:
        when = _at(facts.last_look, facts.zone)
        return Check("clock", Level.FAIL, f"Đồng hồ của Loa ngừng từ {when}: không thu tin, không chạy lịch.")
    return Check("clock", Level.OK, "Đồng hồ đang chạy.")


def _sweep(facts: Facts, real_now: datetime) -> Check:
    if facts.last_sweep is None:
        return Check("worker", Level.OK, "Không có tiến trình gửi nào chạy thường trực.")
    if real_now - facts.last_sweep > SWEEP_DUE:
        when = _at(facts.last_sweep, facts.zone)
        return Check("worker", Level.FAIL, f"Tiến trình gửi bài ngừng từ {when}: không bài nào được gửi.")
    return Check("worker", Level.OK, "Tiến trình gửi bài đang chạy.")


def _run(run: Run, zone: tzinfo) -> Check:
    when = _at(run.due, zone)
    level, message = {
        "done": (Level.OK, f"Lượt chạy “{run.id}” lúc {when} đã xong."),
        "running": (Level.WARN, f"Lượt chạy “{run.id}” lúc {when} vẫn đang chạy."),
        "failed": (Level.FAIL, f"Lượt chạy “{run.id}” lúc {when} bị lỗi: {run.note}"),
        "missed": (Level.FAIL, f"Lượt chạy “{run.id}” lúc {when} đã bị bỏ lỡ."),
    }.get(run.state or "", (Level.FAIL, f"Lượt chạy “{run.id}” lúc {when} chưa diễn ra."))
    return Check("run", level, message, about=run.id, since=run.due.isoformat())


def _sources(facts: Facts, now: datetime) -> list[Check]:
    if not facts.sources:
        return [Check("sources", Level.OK, "Cấu hình chưa có nguồn nào.")]
    if facts.silent:
        checks = [_silent(each, facts.zone, now) for each in facts.silent]
        if 1 < len(facts.silent) == facts.sources:
            none = f"Không đọc được nguồn nào trong {facts.sources} nguồn."
            checks.insert(0, Check("sources", Level.FAIL, none))
        return checks
    read = facts.sources - facts.unread
    every = f"Đọc được cả {read} nguồn." if read > 1 else "Đọc được nguồn duy nhất."
    some = f"Đọc được {read} nguồn; {facts.unread} nguồn chưa đọc lần nào."
    none = f"Chưa đọc lần nào: {facts.unread} nguồn."
    return [Check("sources", Level.OK, (some if read else none) if facts.unread else every)]


def _silent(source: Silent, zone: tzinfo, now: datetime) -> Check:
    message = (
        f"Nguồn {source.agency} ({source.id}) không đọc được từ {_at(source.since, zone)}: {source.reason}"
    )
    return Check("sources", Level.WARN, message, source.id, told=now - source.since > SILENT)


def _queue(facts: Facts, now: datetime) -> Check:
    waited = now - facts.oldest_due if facts.oldest_due else timedelta()
    if facts.oldest_due is None or waited <= GRACE:
        return Check("queue", Level.OK, "Không có bài nào chờ gửi quá hạn.")
    level = Level.FAIL if waited > STUCK else Level.WARN
    return Check("queue", level, f"Có bài đến giờ gửi từ {_at(facts.oldest_due, facts.zone)} mà chưa gửi.")


def _cards(facts: Facts, now: datetime) -> Check:
    if facts.oldest_card is None or now - facts.oldest_card <= STUCK:
        return Check("cards", Level.OK, "Không có thẻ đăng bằng tay nào để quá lâu.")
    when = _at(facts.oldest_card, facts.zone)
    return Check("cards", Level.WARN, f"Có thẻ đăng bằng tay đến giờ từ {when} mà chưa ai làm xong.")


def _doubts(facts: Facts) -> list[Check]:
    if not facts.doubts:
        return [Check("doubt", Level.OK, "Không có lượt gửi nào trong nghi vấn.")]
    return [_doubt(each) for each in facts.doubts]


def _doubt(doubt: Doubt) -> Check:
    """Told anew when another one joins those that nobody has answered for."""
    waits = "chờ xác nhận" if doubt.newest else "Loa đang hỏi lại kênh"
    message = f"Kênh {doubt.channel}: {doubt.count} lượt gửi không rõ đã đến nơi chưa, {waits}."
    since = doubt.newest.isoformat() if doubt.newest else ""
    return Check("doubt", Level.WARN, message, doubt.channel, since, told=bool(since))


def _withdrawal(facts: Facts, now: datetime) -> Check:
    """What was taken back must not go on standing because a channel is paused or somebody must answer."""
    if facts.oldest_withdrawal is None or now - facts.oldest_withdrawal <= GRACE:
        return Check("withdrawal", Level.OK, "Không có bài nào chờ gỡ quá hạn.")
    when = _at(facts.oldest_withdrawal, facts.zone)
    return Check("withdrawal", Level.FAIL, f"Có bài phải gỡ từ {when} mà chưa gỡ xong: xem mục Nghi vấn.")


def _emergency(each: Emergency, zone: tzinfo) -> Check:
    by = f", {' và '.join(each.who)} cho phép" if each.who else ""
    sent = f"đã gửi trên {', '.join(each.sent)}" if each.sent else ""
    unsent = f"chưa gửi xong trên {', '.join(each.unsent)}" if each.unsent else ""
    where = ", ".join(filter(None, (sent, unsent)))
    message = f"Phát khẩn cấp lúc {_at(each.at, zone)}: “{each.title}” (bài {each.article}){by}; {where}."
    return Check("emergency", Level.OK, message, str(each.article), told=True)


def _spoilt(each: Spoilt, zone: tzinfo) -> Check:
    """A frozen bulletin does not change: only a word to the station can still keep it off the air."""
    when = _at(each.airs_at, zone)
    message = (
        f"Bản tin {each.channel} phát lúc {when} đã soạn mà có bài vừa gỡ hoặc đính chính: “{each.title}”."
    )
    about = f"{each.channel}:{each.airs_at.isoformat()}:{each.title}"
    return Check("bulletin", Level.FAIL, f"{message} Báo ngay cho đài.", about)


def _empty(channel: str, airs_at: datetime, zone: tzinfo) -> Check:
    """Nobody at the station knows whether it is late or will not come."""
    message = f"Bản tin {channel} phát lúc {_at(airs_at, zone)} không có tin nào để đọc nên không có tệp:"
    about = f"{channel}:{airs_at.isoformat()}"
    return Check("bulletin", Level.WARN, f"{message} báo cho đài biết.", about)


def _thin(channel: str, airs_at: datetime, seconds: int, minutes: int, zone: tzinfo) -> Check:
    """A session that is half music is for the station to fill, or for the office."""
    message = (
        f"Bản tin {channel} phát lúc {_at(airs_at, zone)} chỉ dài {seconds // 60} phút {seconds % 60} giây"
        f" trong khung {minutes} phút: báo cho đài, hoặc duyệt thêm tin cho bản tin sau."
    )
    return Check("bulletin", Level.WARN, message, f"{channel}:{airs_at.isoformat()}")


def _pause(pause: Pause) -> Check:
    where = f"{pause.channel} ({pause.target})" if pause.target else pause.channel
    level = Level.WARN if pause.by_person else Level.FAIL
    return Check("channel", level, f"Kênh {where} đang dừng: {pause.reason}", about=where, since=pause.reason)


def _search(facts: Facts) -> Check:
    if facts.not_searched:
        lost = f"Tìm kiếm thiếu {facts.not_searched} bản tin. Dừng Loa rồi chạy loa upgrade để bổ sung."
        return Check("search", Level.WARN, lost)
    return Check("search", Level.OK, "Tìm kiếm có đủ mọi bản tin.")


def _backup(facts: Facts, now: datetime) -> Check:
    if not facts.backs_up and facts.last_backup is None:
        return Check("backup", Level.WARN, "Chưa có lịch sao lưu (runs: job: backup).")
    if facts.last_backup is None:
        return Check("backup", Level.WARN, "Chưa có bản sao lưu nào.")
    age, when = now - facts.last_backup, _at(facts.last_backup, facts.zone)
    level = Level.OK if age <= BACKUP_DUE else Level.WARN if age <= BACKUP_LATE else Level.FAIL
    return Check("backup", level, f"Bản sao lưu gần nhất, đã khôi phục thử: {when}.")


def _token(channel: str, ends: datetime | str, zone: tzinfo, real_now: datetime) -> Check:
    if isinstance(ends, str):
        return Check("token", Level.FAIL, f"Kênh {channel} không đăng được. {ends}", channel, Level.FAIL)
    left = ends - real_now
    level = Level.OK if left > TOKEN_SOON else Level.WARN if left > timedelta() else Level.FAIL
    message = (
        f"Quyền đăng của kênh {channel} {'còn đến' if left > timedelta() else 'đã hết từ'} {_at(ends, zone)}."
    )
    return Check("token", level, message, channel, since=level, told=level is Level.WARN)


def _mute(mute: Mute, zone: tzinfo, real_now: datetime) -> Check:
    """A way that is only busy for a while is no failure yet."""
    lasts = mute.by_person or real_now - mute.since > GRACE
    level = Level.FAIL if lasts and not mute.heard else Level.WARN
    to = mute.address
    verb = "Báo được" if mute.heard else "Không báo được"
    message = (
        f"{verb} cho cán bộ trực bằng {to.called} ({to.setting}), từ {_at(mute.since, zone)}: {mute.why}"
    )
    return Check("duty", level, message, to.way)


def _disk(facts: Facts) -> Check:
    free = facts.disk_free
    level = Level.OK if free >= DISK_LOW else Level.WARN if free >= DISK_FULL else Level.FAIL
    return Check("disk", level, f"Ổ đĩa còn trống {free / GIB:.1f} GiB.".replace(".", ",", 1))


def _at(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%H:%M ngày %d/%m/%Y}"
