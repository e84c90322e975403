"""The Jinja2 environment of every page of ours."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import nh3
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from pipeline import office
from pipeline.deliver.engine import real_now
from pipeline.models import OfficeFact
from web import access
from web.assets import asset

_MESSAGE = {"a", "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote"}


def environment(**options: Any) -> Environment:
    """Autoescaping is on by Django's backend; gettext follows the language of the request."""
    env = Environment(**options | {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})  # noqa: S701
    env.globals |= {"url": reverse, "asset": asset, "language": translation.get_language, "office": _office}
    env.globals |= {"notes": get_messages, "rehearsal": rehearsal, "clocks": clocks, "may": may}
    env.globals |= {"office_posts_by_hand": lambda: bool(office.current().by_hand)}
    env.filters |= {"day": day, "moment": moment, "when": when, "iso": iso, "local": local, "size": size}
    env.filters |= {"weekday": weekday, "clock": clock, "sentence": sentence}
    env.filters |= {"message": message, "pretty": pretty, "thousands": thousands}
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext, ngettext=translation.ngettext, newstyle=True
    )
    return env


@pass_context
def may(context: Context, act: str, source: str | None = None) -> bool:
    """`may("pause")`, `may("approve", article.source_id)`: as the views' own declarations have it."""
    return access.may(context["request"], act, source)


def day(when: datetime | str) -> str:
    """ "23/11/2026", in the office's zone."""
    return f"{_local(when):%d/%m/%Y}"


def moment(when: datetime | str) -> str:
    """ "07:30, 23/11/2026", in the office's zone."""
    return f"{_local(when):%H:%M, %d/%m/%Y}"


def when(moment: datetime | str) -> str:
    """ "hôm nay 07:30", "mai 05:00", "thứ Tư 25/11 07:30" within six days, else "08:00, 01/12/2026"."""
    local = _local(moment)
    days = (local.date() - _local(office.current().now()).date()) // timedelta(days=1)
    said = {"time": f"{local:%H:%M}", "date": f"{local:%d/%m}", "weekday": weekday(local)}
    match days:
        case 0:
            return _("hôm nay %(time)s") % said
        case 1:
            return _("mai %(time)s") % said
        case -1:
            return _("hôm qua %(time)s") % said
    return _("%(weekday)s %(date)s %(time)s") % said if abs(days) <= 6 else f"{local:%H:%M, %d/%m/%Y}"


def clock(when: datetime | str) -> str:
    """ "07:30", in the office's zone."""
    return f"{_local(when):%H:%M}"


def weekday(when: datetime | str) -> str:
    """ "thứ Hai" … "Chủ nhật", in the office's zone."""
    names = (_("thứ Hai"), _("thứ Ba"), _("thứ Tư"), _("thứ Năm"), _("thứ Sáu"), _("thứ Bảy"), _("Chủ nhật"))
    return names[_local(when).weekday()]


def sentence(words: str) -> str:
    """With a capital at the beginning, and all else as it is."""
    return words[:1].upper() + words[1:]


def iso(when: datetime | str) -> str:
    """ISO 8601 with the office's offset, for machines."""
    return _local(when).isoformat(timespec="seconds")


def local(address: str) -> str:
    """A picture of ours by its path alone, so that it is found under every name the site has."""
    return address.removeprefix(office.current().schedule.office.base_url.rstrip("/"))


def message(text: str) -> Markup:
    """A Telegram message as its reader sees it (Bot API, "HTML style"); nothing else of HTML passes."""
    return Markup(nh3.clean(text, tags=_MESSAGE, attributes={"a": {"href"}}, link_rel=None))


def rehearsal() -> bool:
    """Whether this folder plays a day through instead of living it."""
    return OfficeFact.objects.filter(name="rehearsal").exists()


def clocks() -> tuple[datetime, datetime]:
    """The machine's time and the office's, which differ in a rehearsal."""
    return real_now(), office.current().now()


def size(octets: int) -> str:
    """ "413 KB" or "1,2 MB", with a decimal comma."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))} KB"
    return f"{octets / 1_000_000:.1f} MB".replace(".", ",")


def thousands(number: int) -> str:
    """ "4.096": with points, as people write it here."""
    return f"{number:,}".replace(",", ".")


def pretty(value: Any) -> str:
    """JSON for people to read."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _local(when: datetime | str) -> datetime:
    moment = datetime.fromisoformat(when) if isinstance(when, str) else when
    return moment.astimezone(office.current().schedule.office.zone)


def _office() -> Any:
    return office.current().schedule.office
