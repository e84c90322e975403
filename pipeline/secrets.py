"""Secrets: masked wherever text leaves the process, and sealed under LOA_KEY where Loa must keep them."""

from __future__ import annotations

import base64
import logging
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock
from urllib.parse import quote, unquote, urlsplit

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import SecretStr

from pipeline.schedule import Schedule, TelegramSettings

MASK = "***"
_IN_ADDRESS = r"(?<=bot)[0-9]{5,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}"
_VERSION = b"loa1"
_SALT = 16

NO_KEY = (
    "Máy chủ chưa đặt LOA_KEY, khóa dùng để cất quyền của kênh: đặt LOA_KEY (hoặc LOA_KEY_FILE) là một chuỗi "
    "ngẫu nhiên dài, giữ thêm một bản ở nơi khác, rồi khởi động lại Loa. Lệnh “openssl rand -base64 32” tạo "
    "một chuỗi như vậy."
)


class KeyTrouble(Exception):
    """LOA_KEY is missing, or not the key that a secret was sealed under; `str()`: the mend, in Vietnamese."""


def secrets_of(schedule: Schedule) -> tuple[str, ...]:
    """Every secret of the enabled channels and the mail server, passwords in addresses included."""
    found: list[str | None] = []
    for channel in schedule.channels:
        if channel.enabled:
            found += [value.get_secret_value() for _, value in channel if isinstance(value, SecretStr)]
        if channel.enabled and isinstance(channel, TelegramSettings) and channel.proxy:
            password = urlsplit(channel.proxy).password
            found += [password, unquote(password or "")]
    if schedule.office.duty and schedule.office.duty.smtp:
        smtp = schedule.office.duty.smtp.get_secret_value()
        password = urlsplit(smtp).password
        found += [smtp, password, unquote(password or "")]
    return tuple(dict.fromkeys(filter(None, found)))


class Redact(logging.Filter):
    """Masks secrets in whole log records, tracebacks included; put it on handlers, not on loggers.

    It knows each of `secrets` as it is, percent-encoded (RFC 3986) and as Python's repr escapes it;
    and, known or not, what stands where the Bot API has its token ("Making requests").
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        # The longest first, for one secret may begin with another.
        known = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._pattern = re.compile("|".join([*map(_any_form, known), _IN_ADDRESS]))
        self._formatter = logging.Formatter()

    def mask(self, text: str) -> str:
        """`text` with every secret replaced by ***."""
        return self._pattern.sub(MASK, text)

    def filter(self, record: logging.LogRecord) -> bool:
        """Masks the record in place; always lets it pass."""
        try:
            text = record.getMessage()
        except (TypeError, ValueError, KeyError):
            # A log call with wrong arguments must neither stop the work nor go by unmasked.
            text = f"{record.msg} {record.args}"
        record.msg, record.args = self.mask(text), None
        if record.exc_info:
            record.exc_text = record.exc_text or self._formatter.formatException(record.exc_info)
            # A handler after us would format the exception anew, unmasked.
            record.exc_info = None
        if record.exc_text:
            record.exc_text = self.mask(record.exc_text)
        if record.stack_info:
            record.stack_info = self.mask(record.stack_info)
        return True


def _any_form(secret: str) -> str:
    return "".join(map(_any_form_of_one, secret))


def _any_form_of_one(char: str) -> str:
    encoded = quote(char, safe="")
    escaped = char.encode("unicode_escape").decode("ascii")
    forms = {re.escape(char), re.escape(escaped), f"(?i:{re.escape(encoded)})"}
    if char in "\"'\\":
        forms.add(re.escape(f"\\{char}"))
    if char == " ":
        forms.add(r"\+")
    if encoded == char:
        return re.escape(char)
    return f"(?:{'|'.join(sorted(forms, key=len, reverse=True))})"


def seal(value: str, key: str) -> bytes:
    """`value` encrypted and authenticated under the passphrase `key` (scrypt, RFC 7914; then Fernet).

    Sealing the same value twice gives different bytes. Raises `KeyTrouble` where `key` is empty.
    """
    salt = os.urandom(_SALT)
    return _VERSION + salt + _fernet(key, salt).encrypt(value.encode())


def unseal(sealed: bytes, key: str) -> str:
    """What `seal` was given; raises `KeyTrouble` for another key, or for bytes that were changed."""
    start = len(_VERSION) + _SALT
    salt = sealed[len(_VERSION) : start]
    token = sealed[start:] if sealed.startswith(_VERSION) else b""
    try:
        return _fernet(key, salt).decrypt(token).decode()
    except InvalidToken:
        raise KeyTrouble(
            "LOA_KEY không mở được quyền đã lưu của kênh: đặt lại đúng LOA_KEY đã dùng khi cấp quyền rồi "
            "khởi động lại Loa, hoặc cấp quyền lại bằng lệnh loa authorize."
        ) from None


def _fernet(key: str, salt: bytes) -> Fernet:
    if not key:
        raise KeyTrouble(NO_KEY)
    with _one_at_a_time:
        return _derived(key, salt)


_one_at_a_time = Lock()


@lru_cache(maxsize=8)
def _derived(key: str, salt: bytes) -> Fernet:
    """Each derivation takes 16 MB and a while by design: once for a sealed value, not once for a send."""
    derived = Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
