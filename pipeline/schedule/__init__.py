"""schedule.yaml: one office's whole configuration, read into typed, frozen settings."""

from pipeline.schedule.channels import (
    AnyChannel,
    ChannelSettings,
    Limit,
    Limits,
    PortalSettings,
    PressSettings,
    RadioSettings,
    TelegramSettings,
    ZaloBotSettings,
    ZaloOaSettings,
)
from pipeline.schedule.office import (
    Backups,
    Duty,
    Holidays,
    OfficeSettings,
    RouteSettings,
    RunSettings,
    Schedule,
)
from pipeline.schedule.problems import Problem, ScheduleProblems
from pipeline.schedule.reading import Read, read
from pipeline.schedule.sources import (
    ApprovalRule,
    ByAtomDraft,
    ByCategory,
    ByElement,
    ByJson,
    Place,
    Published,
    Review,
    SourceSettings,
)

__all__ = [
    "AnyChannel",
    "ApprovalRule",
    "Backups",
    "ByAtomDraft",
    "ByCategory",
    "ByElement",
    "ByJson",
    "ChannelSettings",
    "Duty",
    "Holidays",
    "Limit",
    "Limits",
    "OfficeSettings",
    "Place",
    "PortalSettings",
    "PressSettings",
    "Problem",
    "Published",
    "RadioSettings",
    "Read",
    "Review",
    "RouteSettings",
    "RunSettings",
    "Schedule",
    "ScheduleProblems",
    "SourceSettings",
    "TelegramSettings",
    "ZaloBotSettings",
    "ZaloOaSettings",
    "read",
]
