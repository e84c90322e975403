"""The Jinja2 environment of every page of ours."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import nh3
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from pipeline import office
from pipeline.models import OfficeFact
from web.assets import asset

_MESSAGE = {"a", "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote"}


def environment(**options: Any) -> Environment:
    """Autoescaping is on by Django's backend; gettext follows the language of the request."""
    env = Environment(**options | {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})  # noqa: S701
    env.globals |= {"url": reverse, "asset": asset, "language": translation.get_language, "office": _office}
    env.globals |= {"notes": get_messages, "rehearsal": rehearsal}
    env.filters |= {"day": day, "moment": moment, "iso": iso, "local": local, "size": size}
    env.filters |= {"message": message, "pretty": pretty, "thousands": thousands}
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext, ngettext=translation.ngettext, newstyle=True
    )
    return env


def day(when: datetime | str) -> str:
    """ "23/11/2026", in the office's zone."""
    return f"{_local(when):%d/%m/%Y}"


def moment(when: datetime | str) -> str:
    """ "07:30, 23/11/2026", in the office's zone."""
    return f"{_local(when):%H:%M, %d/%m/%Y}"


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
