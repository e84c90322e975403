"""schedule.yaml means what the contract says, and its secrets stay outside of it."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.schedule import (
    ByAtomDraft,
    ByCategory,
    ByElement,
    ByJson,
    Limit,
    Limits,
    Place,
    Published,
    RadioSettings,
    Review,
    ScheduleProblems,
    TelegramSettings,
)
from tests.pipeline.schedule_files import (
    CONTRACT,
    OFFICE,
    mistakes,
    only,
    outcome,
    reading,
    telegram,
)


def test_the_contract_reads_with_warnings_for_what_is_to_come(tmp_path: Path) -> None:
    found = reading(tmp_path, CONTRACT.replace("http://127.0.0.1:8000", "https://loa.phutho.example"))
    assert [(w.line, w.setting) for w in found.warnings] == [
        (13, "plan"),
        (52, "channels[1].system"),
        (68, "runs[2].job"),
    ]
    schedule = found.schedule
    assert schedule.path == tmp_path / "schedule.yaml"
    assert schedule.plan == tmp_path / "plan-865.yaml"
    assert schedule.office.quiet_hours == (time(21, 30), time(5))
    assert [type(source.approval) for source in schedule.sources] == [
        ByElement,
        ByAtomDraft,
        ByJson,
        Published,
        ByCategory,
        Review,
    ]
    assert schedule.sources[0].every == timedelta(minutes=10)
    assert schedule.sources[0].embargo == Place(element="pt:camPhatTruoc")
    assert schedule.sources[1].file == tmp_path / "feeds/stp.atom.xml"
    assert schedule.sources[0].file is None
    assert schedule.sources[4].stale_after == timedelta(days=30)
    enabled = {channel.id: channel.enabled for channel in schedule.channels}
    assert enabled == {
        "cong": True,
        "cong-wp": False,
        "telegram-tinh": False,
        "zalo": True,
        "zalo-nhom": True,
        "loa": True,
        "bao-chi": True,
    }
    radio = schedule.channels[5]
    assert isinstance(radio, RadioSettings)
    assert radio.folder == tmp_path / "var/radio"
    assert schedule.routes[1].topics == (1, 2, 3, 4, 5)
    assert schedule.runs[0].days == frozenset(range(6))
    assert schedule.runs[3].days == frozenset(range(7))
    assert schedule.runs[0].catch_up == timedelta(hours=3)


def test_the_contract_as_it_stands_lacks_a_public_address_and_two_secrets(tmp_path: Path) -> None:
    problems = mistakes(tmp_path, CONTRACT, {})
    assert [(p.line, p.setting) for p in problems] == [
        (8, "office.base_url"),
        (55, "channels[3].secret"),
        (56, "channels[4].token"),
    ]
    assert "ZALO_SECRET_FILE" in problems[1].mend


def test_settings_are_frozen(tmp_path: Path) -> None:
    schedule = reading(tmp_path, OFFICE).schedule
    with pytest.raises(ValidationError):
        schedule.office.name = "khác"


def test_text_is_nfc_and_words_keep_the_sense_that_their_place_gives_them(tmp_path: Path) -> None:
    content = (
        "office: {name: Va\u0306n pho\u0300ng}\n"
        "sources:\n"
        '  - {id: a, agency: b, url: "https://x/", approval:'
        ' {json: ok, approved: [true, "true", 1, 01, null]}}\n'
        '  - {id: b, agency: b, url: "https://x/", approval: {element: ok, approved: [true, 01]}}\n'
        "channels: [{id: cong, kind: portal}]\n"
        "routes: [{channels: [cong], topics: [01], not_before: 04:30}]\n"
    )
    schedule = reading(tmp_path, content).schedule
    assert schedule.office.name == "Văn phòng"
    rule = schedule.sources[0].approval
    assert isinstance(rule, ByJson)
    assert [(type(value), value) for value in rule.approved] == [
        (bool, True),
        (str, "true"),
        (int, 1),
        (str, "01"),
        (type(None), None),
    ]
    assert schedule.sources[1].approval == ByElement(element="ok", approved=("true", "01"))
    assert schedule.routes[0].topics == (1,)
    assert schedule.routes[0].not_before == time(4, 30)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "",
            Limits(
                overall=Limit(count=30, seconds=1),
                chat=Limit(count=1, seconds=1),
                group=Limit(count=20, seconds=60),
            ),
        ),
        (", limits: none", Limits()),
        (
            ", limits: {overall: 5/2m, group: none}",
            Limits(overall=Limit(count=5, seconds=120), chat=Limit(count=1, seconds=1)),
        ),
    ],
)
def test_limits(tmp_path: Path, written: str, expected: Limits) -> None:
    (channel,) = reading(tmp_path, telegram("x", written)).schedule.channels
    assert dict(channel.limits) == dict(expected)


@pytest.mark.parametrize(
    ("base_url", "api", "fits"),
    [
        ("https://loa.phutho.example", "https://openapi.zalo.me", True),
        ("https://8.8.8.8", "https://openapi.zalo.me", True),
        ("http://loa.phutho.example", "https://openapi.zalo.me", False),
        ("https://10.0.0.1", "https://openapi.zalo.me", False),
        ("https://[::1]", "https://openapi.zalo.me", False),
        ("https://loa", "https://openapi.zalo.me", False),
        ("https://loa.local", "https://openapi.zalo.me", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:9000", True),
        ("http://127.0.0.1:8000", "http://localhost:9000", True),
    ],
)
def test_zalo_oa_needs_an_address_that_zalo_can_fetch_from(
    tmp_path: Path, base_url: str, api: str, fits: bool
) -> None:
    content = (
        f'office: {{name: a, base_url: "{base_url}"}}\n'
        f'channels: [{{id: z, kind: zalo-oa, app_id: "1", secret: "${{ZALO_SECRET}}", api: "{api}"}}]\n'
    )
    if fits:
        assert reading(tmp_path, content).schedule.office.base_url == base_url
    else:
        assert only(tmp_path, content).setting == "office.base_url"


def test_files_stand_beside_the_schedule_or_are_named_outright(tmp_path: Path) -> None:
    content = OFFICE + (
        "sources:\n"
        '  - {id: a, agency: b, url: "file:feeds/tin xã.xml"}\n'
        '  - {id: c, agency: d, url: "file:///srv/c.xml"}\n'
    )
    sources = reading(tmp_path, content).schedule.sources
    assert [source.file for source in sources] == [tmp_path / "feeds/tin xã.xml", Path("/srv/c.xml")]
    assert sources[0].url.startswith("file:///")
    for url in ("file://host/x", "file:", "file:/a/../b", "file:a%2f..%2f..%2fb"):
        bad = OFFICE + f'sources: [{{id: a, agency: b, url: "{url}"}}]\n'
        assert only(tmp_path, bad).setting == "sources[0].url"


def test_holidays_are_dates(tmp_path: Path) -> None:
    office = reading(tmp_path, "office: {name: a, holidays: {add: [2026-04-26]}}\n").schedule.office
    assert office.holidays.add == (date(2026, 4, 26),)
    assert str(office.zone) == "Asia/Ho_Chi_Minh"


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    for environ, expected in (
        ({"T": "from-environ", "T_FILE": str(tmp_path / "token")}, "from-environ"),
        ({"T_FILE": str(tmp_path / "token")}, "from-file"),
        ({"T": "", "T_FILE": str(tmp_path / "token")}, "from-file"),
        ({"T": "${U}", "U": "x"}, "${U}"),
    ):
        found = reading(tmp_path, telegram('"${T}"'), environ)
        (channel,) = found.schedule.channels
        assert isinstance(channel, TelegramSettings)
        assert channel.token.get_secret_value() == expected
        assert expected not in repr(found)
        assert found.warnings == ()


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "T is not set"),
        ({"T": ""}, "T is not set"),
        ({"T_FILE": "{folder}/none"}, "the file that T_FILE names cannot be read: No such file"),
        ({"T_FILE": "{folder}"}, "Is a directory"),
        ({"T_FILE": "{folder}/empty"}, "is empty"),
        ({"T_FILE": "{folder}/bytes"}, "UTF-8"),
        ({"T_FILE": "\0"}, "cannot be read"),
    ],
)
def test_a_missing_secret_is_a_mistake(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    environ = {name: value.replace("{folder}", str(tmp_path)) for name, value in environ.items()}
    problem = only(tmp_path, telegram('"${T}"'), environ)
    assert words in problem.message
    assert (problem.line, problem.column) == (2, 55)


def test_a_channel_that_is_not_enabled_needs_no_secret_and_may_be_routed_to(tmp_path: Path) -> None:
    content = telegram('"${T}"', ", enabled: no") + "routes: [{channels: [t]}]\n"
    (channel,) = reading(tmp_path, content, {}).schedule.channels
    assert not channel.enabled


def test_a_dollar_that_names_nothing_is_a_mistake(tmp_path: Path) -> None:
    assert "names nothing" in only(tmp_path, telegram('"${my token}"')).message


def test_a_secret_in_the_file_is_a_warning(tmp_path: Path) -> None:
    (warning,) = reading(tmp_path, telegram("literal")).warnings
    assert (warning.setting, warning.column) == ("channels[0].token", 55)
    assert "literal" not in str(warning)


@pytest.mark.parametrize(
    "where", ["id", "kind", "chat", "api", "proxy", "limits", "enabled", "days", "url", "plan"]
)
def test_no_mistake_quotes_what_a_secret_holds(tmp_path: Path, where: str) -> None:
    secret = "hush://Hidden-Value"
    content = {
        "days": OFFICE + 'runs: [{id: a, at: "4:00", job: once, days: ["${S}"]}]\n',
        "url": OFFICE + 'sources: [{id: a, agency: b, url: "${S}"}]\n',
        "plan": OFFICE + 'plan: "../${S}"\n',
    }.get(where, telegram("x", f', {where}: "${{S}}"').replace(f"{where}: t", "", 1))
    if where in ("id", "kind", "chat"):
        line = {"id": "t", "kind": "telegram", "chat": "a", "token": "x"} | {where: "${S}"}
        content = OFFICE + f"channels: [{json.dumps(line)}]\n"
    found = outcome(tmp_path, content, {"S": secret})
    shown = str(found) if isinstance(found, ScheduleProblems) else str(found.warnings)
    assert "idden" not in shown.lower()
    if isinstance(found, ScheduleProblems):
        assert found.__cause__ is None
        assert found.__suppress_context__ or found.__context__ is None
