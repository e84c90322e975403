"""Where articles go: each kind of channel and its settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    SecretStr,
    Tag,
    model_validator,
)
from pydantic_core import CoreSchema

from pipeline.schedule.notation import (
    BotAddress,
    Folder,
    HttpAddress,
    Proxy,
    Settings,
    Slug,
    Text,
)
from pipeline.schedule.values import RATE, Wrong, rate


class Limit(Settings):
    """At most `count` sends in any `seconds`."""

    count: int = Field(gt=0)
    seconds: float = Field(gt=0)


def _limit(value: Any) -> Any:
    if isinstance(value, str):
        if value == "none":
            return None
        count, seconds = rate(value)
        return Limit(count=count, seconds=seconds)
    if isinstance(value, (list, dict)):
        raise Wrong("is not a limit", "Write sends/duration, as in 30/1s, or none.")
    return value


WrittenLimit = Annotated[
    Limit | None,
    BeforeValidator(_limit, json_schema_input_type=Annotated[str, Field(pattern=f"{RATE}|^none$")]),
]


class Limits(Settings):
    """How fast a channel may send; a limit that is None does not hold. The word `none` lifts all."""

    overall: WrittenLimit = None
    """Over everything that its bot or account sends, as in 30/1s."""
    chat: WrittenLimit = None
    """To one person or public channel, as in 1/1s."""
    group: WrittenLimit = None
    """To one group chat, as in 20/60s."""
    quota: WrittenLimit = None
    """A second limit over everything that its bot or account sends, as in 3000/31d."""

    @model_validator(mode="before")
    @classmethod
    def _word(cls, data: Any) -> Any:
        return dict.fromkeys(("overall", "chat", "group", "quota")) if data == "none" else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"const": "none"}, handler(core)]}


class TelegramLimits(Limits):
    """Telegram's own limits (Bots FAQ, "My bot is hitting limits"); what is not written keeps them."""

    overall: WrittenLimit = Limit(count=30, seconds=1)
    """Over everything that the bot sends, 30/1s by default."""
    chat: WrittenLimit = Limit(count=1, seconds=1)
    """To one person or public channel, 1/1s by default."""
    group: WrittenLimit = Limit(count=20, seconds=60)
    """To one group chat, 20/60s by default."""


class ZaloBotLimits(Limits):
    """What offices report of a Zalo bot on the free plan; Zalo itself documents no number."""

    quota: WrittenLimit = Limit(count=3000, seconds=31 * 86_400)
    """A second limit over everything that the bot sends, 3000/31d by default: the free plan's month."""


class ChannelSettings(Settings):
    """What every channel has."""

    id: Slug
    """The channel's own name in `routes`, `runs` and the ledger; never change it."""
    enabled: bool = True
    """Whether it works; a channel that is not enabled needs no secrets and may stand in routes."""
    limits: Limits = Limits()
    """How fast it may send; `none` lifts all limits. Only Telegram and Zalo's bot have any by default."""


class PortalSettings(ChannelSettings):
    """The e-portal: Loa's own public site, or another system."""

    kind: Literal["portal"]
    """portal"""
    system: Literal["built-in", "wordpress"] = "built-in"
    """built-in is Loa's own site; wordpress is not done by this version and counts as not enabled."""
    url: HttpAddress | None = None
    """Where the other system stands."""
    user: Text | None = None
    """Loa's user there."""
    password: SecretStr | None = None
    """That user's application password, as ${NAME}."""


class TelegramSettings(ChannelSettings):
    """A Telegram channel, group or chat, by the Bot API."""

    kind: Literal["telegram"]
    """telegram"""
    chat: Text
    """@name of a public channel, or a chat's number."""
    token: SecretStr = Field(min_length=1)
    """The bot's token, as ${NAME}."""
    api: BotAddress = "https://api.telegram.org/bot"
    """The Bot API's address up to and with /bot."""
    proxy: Proxy | None = None
    """A proxy on the way to Telegram: http, https, socks5 or socks5h; its password as ${NAME}."""
    limits: TelegramLimits = TelegramLimits()
    """Pace: by default Telegram's own."""


class ZaloOaSettings(ChannelSettings):
    """A Zalo Official Account, whose followers read articles."""

    kind: Literal["zalo-oa"]
    """zalo-oa"""
    app_id: Text
    """The number of the Zalo app."""
    secret: SecretStr = Field(min_length=1)
    """The app's secret key, as ${NAME}."""
    api: HttpAddress = "https://openapi.zalo.me"
    """The Open API's address."""
    oauth: HttpAddress = "https://oauth.zaloapp.com"
    """The address that renews tokens."""
    broadcasts: int = Field(default=4, ge=0, le=31)
    """How many broadcasts to all followers the account's package allows in a month."""


class ZaloBotSettings(ChannelSettings):
    """A Zalo chat or group, by the Zalo Bot Platform."""

    kind: Literal["zalo-bot"]
    """zalo-bot"""
    chat: Text
    """The chat's id."""
    token: SecretStr = Field(min_length=1)
    """The bot's token, as ${NAME}."""
    api: BotAddress = "https://bot-api.zaloplatforms.com/bot"
    """The Bot API's address up to and with /bot."""
    limits: ZaloBotLimits = ZaloBotLimits()
    """Pace: by default the free plan's quota."""


class RadioSettings(ChannelSettings):
    """The loudspeakers: scripts as files in a folder."""

    kind: Literal["radio"]
    """radio"""
    folder: Folder
    """Where scripts are put: relative to schedule.yaml and inside its folder. Once read, absolute."""
    syllables_per_minute: int = Field(default=190, ge=60, le=400)
    """How fast the announcer reads, in syllables a minute."""
    station: Text | None = None
    """The station's name, as it is read out and heads every page; by default the office's."""


class PressSettings(ChannelSettings):
    """The feed that press agencies pull."""

    kind: Literal["press"]
    """press"""


class ManualSettings(ChannelSettings):
    """A place without an API, where a person posts: a page, a board, a school's group."""

    kind: Literal["manual"]
    """manual"""
    place: Text
    """What people call the place; part of the ledger's key, so never change it."""
    open: HttpAddress | None = None
    """The address at which a person posts."""
    characters: int = Field(default=5000, ge=500, le=60_000)
    """How much a text there holds, in UTF-16 units."""
    addresses: bool = True
    """Whether a post there has an address of its own, which proves it; without, a person's word does."""


_KINDS = ("portal", "telegram", "zalo-oa", "zalo-bot", "radio", "press", "manual")


def _kind(data: Any) -> str | None:
    kind = data.get("kind") if isinstance(data, dict) else getattr(data, "kind", None)
    return f"={kind}" if kind in _KINDS else None


AnyChannel = Annotated[
    Annotated[PortalSettings, Tag("=portal")]
    | Annotated[TelegramSettings, Tag("=telegram")]
    | Annotated[ZaloOaSettings, Tag("=zalo-oa")]
    | Annotated[ZaloBotSettings, Tag("=zalo-bot")]
    | Annotated[RadioSettings, Tag("=radio")]
    | Annotated[PressSettings, Tag("=press")]
    | Annotated[ManualSettings, Tag("=manual")],
    Discriminator(_kind),
]
