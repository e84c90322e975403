"""Every mistake in schedule.yaml is named at once, with its place and its mend."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.schedule import (
    Read,
    ScheduleProblems,
    read,
)
from tests.pipeline.schedule_files import (
    OFFICE,
    PRESS,
    SOURCE,
    mistakes,
    only,
    outcome,
)

TEN = """\
office:
  name: Văn phòng
  timezone: Asia/HoChiMinh
  quiethours: ["21:30", "05:00"]
sources:
  - {id: vpubnd, agency: Văn phòng, url: "https://a.example/rss", every: 10 minutes}
  - {id: vpubnd, agency: Sở, url: "file:../b.xml"}
channels:
  - {id: cong, kind: portal}
  - {id: zalo, kind: zalo-oa, app_id: "1", secret: "${ZALO_APP_SECRET}"}
  - {id: loa, kind: radio, folder: var/radio}
routes:
  - {channels: [cong, zaloo]}
  - {channels: [loa], not_before: "25:00"}
runs:
  - {id: sang, at: "04:30", days: 1-5, job: once}
"""


def test_ten_different_mistakes_are_all_named_with_line_and_column(tmp_path: Path) -> None:
    problems = mistakes(tmp_path, TEN)
    assert [(p.line, p.column, p.setting, p.message) for p in problems] == [
        (2, 3, "office.base_url", 'is not a public https address, and channel "zalo" (zalo-oa) needs one'),
        (3, 13, "office.timezone", '"Asia/HoChiMinh" is not a time zone'),
        (4, 3, "office.quiethours", 'unknown key "quiethours"'),
        (6, 74, "sources[0].every", '"10 minutes" is not a duration'),
        (7, 10, "sources[1].id", '"vpubnd" is the id of another entry of sources too'),
        (7, 35, "sources[1].url", 'the path "../b.xml" leaves the folder of schedule.yaml'),
        (10, 52, "channels[1].secret", "ZALO_APP_SECRET is not set"),
        (13, 23, "routes[0].channels[1]", 'unknown channel "zaloo"'),
        (14, 35, "routes[1].not_before", '"25:00" is not a time of day'),
        (16, 35, "runs[0].days", '"1-5" gives a weekday as a number'),
    ]
    assert all(problem.mend for problem in problems)
    assert str(problems[7]) == (
        f"{tmp_path}/schedule.yaml:13:23: routes[0].channels[1]: "
        'unknown channel "zaloo". Did you mean "zalo"?'
    )


@pytest.mark.parametrize(
    ("content", "place", "setting", "words"),
    [
        ("", (1, 1), "", "is empty"),
        ("- a\n", (1, 1), "", "is not a mapping"),
        ("office: {}\n", (1, 9), "office.name", "is missing"),
        ("office:\n  name:\n", (2, 8), "office.name", "is empty"),
        ('office: {name: "  "}\n', (1, 16), "office.name", "is empty"),
        ("office: {name: a}\noffice: {name: b}\n", (2, 1), "office", "written twice, first on line 1"),
        ("office: {name: a, name: b}\n", (1, 19), "office.name", "written twice"),
        ("office: &o {name: a}\nplan: *o\n", (2, 7), "", "alias"),
        ("office: {name: !!binary YQ==}\n", (1, 16), "office.name", "tag"),
        ("office: {name: a\n", (1, 17), "", "not readable as YAML"),
        ("office:\n\tname: a\n", (2, 1), "", "not readable as YAML"),
        ('office: {name: "a\\0b"}\n', (1, 16), "office.name", "control character"),
        ('office: {name: "\\UFFFFFFFF"}\n', (1, 19), "", "escape"),
        (OFFICE + "plan: ${PLAN}\nruns: {a: ${B}}\n", (3, 12), "", "not readable"),
        ("? [a]\n: b\n" + OFFICE, (1, 3), "", "not a word"),
        ("office: " + "[" * 5000, (1, 38), "", "nested too deeply"),
        (OFFICE + "x" * 50 + ": 1\n", (2, 1), "x" * 50, "unknown key"),
        (OFFICE + "plan: /etc/passwd\n", (2, 7), "plan", "leaves the folder"),
        (OFFICE + "plan: ../a\n", (2, 7), "plan", "leaves the folder"),
        ("office: {name: a, templates: link/x}\n", (1, 30), "office.templates", "symbolic link"),
        ("office: {name: a, language: fr}\n", (1, 29), "office.language", "not known"),
        ("office: {name: a, base_url: loa.vn}\n", (1, 29), "office.base_url", "no scheme"),
        ('office: {name: a, base_url: "https://u:p@h.vn"}\n', (1, 29), "office.base_url", "password"),
        ('office: {name: a, base_url: "https://h.vn:x"}\n', (1, 29), "office.base_url", "valid address"),
        ('office: {name: a, quiet_hours: ["21:00"]}\n', (1, 32), "office.quiet_hours", "too few"),
        ('office: {name: a, quiet_hours: ["5:00", "5:00"]}\n', (1, 32), "office.quiet_hours", "same time"),
        (
            "office: {name: a, holidays: {add: [2026-02-30]}}\n",
            (1, 36),
            "office.holidays.add[0]",
            "not a date",
        ),
        (OFFICE + "channels: [{id: a}]\n", (2, 12), "channels[0].kind", "is missing"),
        (OFFICE + "channels: [{id: a, kind: radoi}]\n", (2, 26), "channels[0].kind", "unknown kind"),
        (OFFICE + "channels: [{id: 'a ', kind: press}]\n", (2, 17), "channels[0].id", "not a valid name"),
        (OFFICE + "channels: [{id: Ả, kind: press}]\n", (2, 17), "channels[0].id", "not a valid name"),
        (
            OFFICE + "channels: [{id: a, kind: press, limits: fast}]\n",
            (2, 41),
            "channels[0].limits",
            "is not a mapping",
        ),
        (
            OFFICE + "channels: [{id: a, kind: press, limits: {chat: 1/s}}]\n",
            (2, 48),
            "channels[0].limits.chat",
            "not a limit",
        ),
        (OFFICE + "routes: [{sources: [x]}]\n", (2, 10), "routes[0].channels", "is missing"),
        (OFFICE + "routes: [{channels: []}]\n", (2, 21), "routes[0].channels", "is empty"),
        (
            PRESS + "routes: [{channels: [a], priority: [gap]}]\n",
            (3, 37),
            "routes[0].priority[0]",
            "not known",
        ),
        (
            PRESS + 'routes: [{channels: [a], not_before: "9:00", not_after: "8:00"}]',
            (3, 57),
            "routes[0].not_after",
            "not later",
        ),
        (
            OFFICE + 'runs: [{id: a, at: "4:00", job: bulletin, slot: "5:00"}]\n',
            (2, 8),
            "runs[0].channel",
            "is missing",
        ),
        (
            OFFICE
            + "channels: [{id: r, kind: radio, folder: radio}]\n"
            + 'runs: [{id: a, at: "4:00", job: bulletin, channel: r}]\n',
            (3, 8),
            "runs[0].slot",
            "is missing",
        ),
        (
            PRESS + 'runs: [{id: a, at: "4:00", job: bulletin, channel: a, slot: "5:00"}]\n',
            (3, 52),
            "runs[0].channel",
            "not a radio",
        ),
        (
            OFFICE
            + "channels: [{id: r, kind: radio, folder: radio}]\n"
            + 'runs: [{id: a, at: "4:00", days: mon-sat, job: bulletin, channel: r, slot: "5:00"},\n'
            + ' {id: b, at: "20:00", days: sat, job: bulletin, channel: r, slot: "5:00"},\n'
            + ' {id: c, at: "20:00", days: fri, job: bulletin, channel: r, slot: "05:00"}]\n',
            (5, 67),
            "runs[2].slot",
            'the slot of run "a"',
        ),
        (OFFICE + "runs: [{id: a, at: 430, job: once}]\n", (2, 20), "runs[0].at", "not a time"),
        (
            OFFICE + "sources: [{id: a, agency: b, url: 'ftp://x/y'}]\n",
            (2, 35),
            "sources[0].url",
            'scheme "ftp"',
        ),
        (
            SOURCE + "approval: publishd}]\n",
            (2, 60),
            "sources[0].approval",
            "not an approval rule",
        ),
        (
            SOURCE + "topic: {elemnt: c}}]\n",
            (2, 58),
            "sources[0].topic.elemnt",
            "unknown key",
        ),
        (
            SOURCE + "topic: {element: c, json: d}}]\n",
            (2, 57),
            "sources[0].topic",
            "more than one",
        ),
        (
            OFFICE
            + "sources: [{id: a, agency: b, url: 'https://x/y', approval: {json_path: c, approved: [1]}}]\n",
            (2, 61),
            "sources[0].approval.json_path",
            "unknown key",
        ),
        (
            SOURCE + "allow_private_address: maybe}]\n",
            (2, 73),
            "sources[0].allow_private_address",
            "neither true nor false",
        ),
    ],
)
def test_each_mistake_has_its_place(
    tmp_path: Path, content: str, place: tuple[int, int], setting: str, words: str
) -> None:
    (tmp_path / "link").symlink_to("/etc")
    found = mistakes(tmp_path, content)
    assert [(p.setting, (p.line, p.column)) for p in found if words in p.message] == [(setting, place)]


BOTS = """\
channels:
  - {id: t, kind: telegram, chat: "-5", token: "${ZALO_SECRET}"}
  - {id: off, kind: telegram, chat: "@b", token: "${NONE}", enabled: false}
  - {id: z, kind: zalo-bot, chat: nhom, token: "${ZALO_SECRET}"}
  - {id: cong, kind: portal}
"""


@pytest.mark.parametrize(
    ("duty", "setting", "words"),
    [
        ("{digest: '17:00'}", "office.duty", "names no way"),
        ("{chat: }", "office.duty", "names no way"),
        ("{email: [a@b.example]}", "office.duty.smtp", "missing beside email"),
        ("{smtp: 'smtp://localhost'}", "office.duty.email", "missing beside smtp"),
        ("{chat: {channel: t}}", "office.duty.chat.to", "missing"),
        ("{chat: {channel: tt, to: '7'}}", "office.duty.chat.channel", "no channel with a bot"),
        ("{chat: {channel: cong, to: '7'}}", "office.duty.chat.channel", "no channel with a bot"),
        ("{chat: {channel: off, to: '7'}}", "office.duty.chat.channel", "not enabled"),
        ("{chat: {channel: t, to: '@ai'}}", "office.duty.chat.to", "where readers read"),
        ("{chat: {channel: t, to: '-5'}}", "office.duty.chat.to", "where readers read"),
        ("{chat: {channel: z, to: nhom}}", "office.duty.chat.to", "where readers read"),
    ],
)
def test_the_duty_officer_must_be_within_reach_and_not_among_readers(
    tmp_path: Path, duty: str, setting: str, words: str
) -> None:
    problem = only(tmp_path, f"office: {{name: Văn phòng, duty: {duty}}}\n{BOTS}")
    assert problem.setting == setting
    assert words in problem.message


def test_mail_or_chat_is_enough(tmp_path: Path) -> None:
    mail, chat = "email: [a@b.example], smtp: 'smtp://localhost'", "chat: {channel: t, to: '7'}"
    for duty in (mail, chat, f"{mail}, {chat}, digest: '17:00'"):
        assert isinstance(outcome(tmp_path, f"office: {{name: Văn phòng, duty: {{{duty}}}}}\n{BOTS}"), Read)


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (b"office:\n  name: V\xc4n", (2, 10), "UTF-8"),
        (b"# " + b"x" * 1_000_000, (1, 1), "1 MB"),
        (b"office:\n  name: a\x01\n", (2, 10), "forbids"),
    ],
)
def test_bytes_that_are_no_schedule(
    tmp_path: Path, content: bytes, place: tuple[int, int], words: str
) -> None:
    (problem,) = mistakes(tmp_path, content)
    assert (problem.line, problem.column) == place
    assert words in problem.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScheduleProblems, match=r"none\.yaml:1:1: cannot be read: No such file"):
        read(tmp_path / "none.yaml", {})


def test_mistakes_between_parts_show_although_their_siblings_are_wrong(tmp_path: Path) -> None:
    content = OFFICE + "channels: [{id: a, kind: x}, {id: a}]\nroutes: [{channels: [b], nonsense: 1}]\n"
    assert [p.setting for p in mistakes(tmp_path, content)] == [
        "channels[0].kind",
        "channels[1].kind",
        "channels[1].id",
        "routes[0].channels[0]",
        "routes[0].nonsense",
    ]


def test_a_position_counts_characters_and_ends_with_the_file(tmp_path: Path) -> None:
    problem = only(tmp_path, '# Đây là văn phòng\r\noffice: {name: "Ủy ban", lịch: 1}')
    assert (problem.line, problem.column, problem.setting) == (2, 26, "office.lịch")
    assert only(tmp_path, "office: {name: 'a\n\n").line == 2


MARKS = st.sampled_from("{}[]:,-#&*!|>'\"%@`\n\t \r\\$~?\u2028\x85\ufeffă")
WORDS = st.sampled_from(
    [
        "\n  ",
        "office",
        "name: ",
        "sources:",
        "- id: a",
        "channels:",
        "kind: ",
        "radio",
        "${X}",
        "\\U",
        "\\ud800",
        "%YAML 1.",
        "9" * 30,
        "--- ",
        "...",
        "<<: ",
        "!!int ",
    ]
)


def explained(found: ScheduleProblems, content: str) -> bool:
    """Whether every mistake has words, and a place that is in the file."""
    lines = re.split("\r\n|[\r\n\x85\u2028\u2029]", content.removeprefix("\ufeff"))
    return bool(found.problems) and all(
        problem.message
        and 1 <= problem.line <= len(lines)
        and 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        for problem in found.problems
    )


@given(content=st.text(max_size=60) | st.lists(MARKS | WORDS, max_size=30).map("".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
def test_any_text_reads_or_is_explained(tmp_path: Path, content: str) -> None:
    raw = content.encode(errors="surrogatepass")
    found = outcome(tmp_path, raw)
    assert isinstance(found, Read) or explained(found, content)


def settings_trees() -> st.SearchStrategy[object]:
    known = (
        "office name sources channels routes runs id kind approval limits days quiet_hours holidays add url "
        "every topic json at job channel plan duty chat email smtp to digest"
    )
    words = (
        "radio telegram portal zalo-oa none 04:30 mon-sat 1-5 bulletin review file:x https://[ ${ ${X} 10m "
        "999999d 1/1s .. \0 /"
    )
    leaves = (
        st.sampled_from(["", *words.split(" ")])
        | st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=5)
    )
    keys = st.sampled_from(known.split())
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=6),
        max_leaves=25,
    )


@given(
    tree=st.dictionaries(
        st.sampled_from(["office", "sources", "channels", "routes", "runs", "plan"]), settings_trees()
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=120)
def test_any_shape_reads_or_is_explained(tmp_path: Path, tree: object) -> None:
    content = json.dumps(tree)  # JSON is YAML
    found = outcome(tmp_path, content, {"X": "secret"})
    assert isinstance(found, Read) or explained(found, content)
