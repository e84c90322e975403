"""Secrets stay out of logs in every form, and come back from their seal only under their own key."""

from __future__ import annotations

import io
import logging
import re
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.schedule import read
from pipeline.secrets import MASK, KeyTrouble, Redact, seal, secrets_of, unseal

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def logged(redact: Redact, message: object, *args: object, error: BaseException | None = None) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(redact)
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("loa", logging.ERROR, __file__, 1, message, args, info)
    handler.handle(record)
    return stream.getvalue()


def test_a_record_is_masked_whole() -> None:
    redact = Redact(["s3cret/+ x"])
    assert logged(redact, "sent %s to %s", "s3cret/+ x", "chat") == "sent *** to chat\n"
    assert logged(redact, {"token": "s3cret/+ x"}) == "{'token': '***'}\n"
    assert logged(redact, "wrong %d", "s3cret/+ x") == "wrong %d ('***',)\n"


def look_up() -> None:
    held: dict[str, str] = {}
    try:
        held["s3cret"]
    except KeyError as error:
        raise ValueError("https://h/?k=s3cret") from error


def failure() -> Exception:
    with pytest.raises(ValueError) as caught:
        look_up()
    return caught.value


def test_an_exception_is_masked_with_its_causes_and_source_lines() -> None:
    shown = logged(Redact(["s3cret"]), "failed", error=failure())
    assert "s3cret" not in shown
    assert "KeyError: '***'" in shown
    assert "ValueError: https://h/?k=***" in shown
    assert "s3cret" in logged(Redact(), "failed", error=failure())


@given(secret=st.text(min_size=1, max_size=20).filter(lambda secret: not set(secret) & set("<>")))
def test_no_form_of_a_secret_passes(secret: str) -> None:
    redact = Redact([secret])
    encoded = (quote(secret, safe=""), quote(secret), quote_plus(secret))
    small = [re.sub("%..", lambda octet: octet[0].lower(), form) for form in encoded]
    for form in (secret, *encoded, *small, repr(secret)[1:-1]):
        assert redact.mask(f"<{form}>") == f"<{MASK}>"


def test_a_secret_that_begins_with_another_is_masked_whole() -> None:
    assert Redact(["abc", "abcdef", ""]).mask("abcdef abc") == "*** ***"


@pytest.mark.parametrize("separator", [":", "%3A", "%3a"])
def test_a_bot_token_in_an_address_is_masked_although_nobody_configured_it(separator: str) -> None:
    url = f"https://api.telegram.org/bot{TOKEN.replace(':', separator)}/sendMessage"
    assert Redact().mask(url) == "https://api.telegram.org/bot***/sendMessage"


def test_the_secrets_of_a_schedule_are_those_that_work(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text(
        "office: {name: a}\nchannels:\n"
        '  - {id: t, kind: telegram, chat: a, token: "${T}", proxy: "http://u:${P}@h:1"}\n'
        '  - {id: u, kind: telegram, chat: a, token: "${U}", enabled: false}\n'
        '  - {id: z, kind: zalo-bot, chat: a, token: "${T}"}\n'
    )
    schedule = read(path, {"T": "token", "P": "p%2Fw"}).schedule
    assert secrets_of(schedule) == ("token", "p%2Fw", "p/w")


@given(value=st.text(max_size=200))
@settings(max_examples=5, deadline=None)
def test_a_seal_opens_under_its_own_key_alone(value: str) -> None:
    sealed = seal(value, "khoá của văn phòng")
    assert unseal(sealed, "khoá của văn phòng") == value
    assert sealed != seal(value, "khoá của văn phòng")
    with pytest.raises(KeyTrouble, match="LOA_KEY"):
        unseal(sealed, "another key")


def test_a_changed_or_foreign_seal_is_refused() -> None:
    sealed = seal("pair", "key")
    for other in (b"", b"loa1", sealed[:-1], sealed[:30], b"x" + sealed, sealed.replace(b"loa1", b"loa2")):
        with pytest.raises(KeyTrouble):
            unseal(other, "key")


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(KeyTrouble, match=r"chưa đặt LOA_KEY.*khởi động lại"):
        seal("pair", "")
