"""Django's settings with a second's patience for a locked SQLite, where an office has thirty."""

from web.settings import *  # noqa: F403
from web.settings import DATABASES

if "timeout" in DATABASES["default"].get("OPTIONS", {}):
    DATABASES["default"]["OPTIONS"]["timeout"] = 1
