"""The documentation keeps up with the code: commands, options, reasons, states; its links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pipeline.cli import acts, keeping, listings, people, radio, work
from pipeline.cli.main import loa
from pipeline.models import DeliveryState, SourceState, State, Stop, TickState
from pipeline.review.checks import LEVEL

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMANDS = ROOT / "docs/reference/command-line.md"
EVERYWHERE = {"--schedule", "--data", "--now", "--json", "--version", "--help"}
"""Options that the head of the page, or its prose, explains once for all commands."""


WORD = r"\b[a-z]+(?:-[a-z]+)*\b"


def commands(group: click.Group, name: str = "loa") -> Iterator[tuple[str, click.Command]]:
    for part, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {part}")
        else:
            yield f"{name} {part}", command


@pytest.fixture(scope="module")
def documented() -> dict[str, str]:
    """Each command of the reference, and what stands under it."""
    for module in (work, listings, radio, acts, people, keeping):
        module.register(loa)
    parts = re.split(r"^### `(.+)`$", COMMANDS.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_promise_names_a_test_that_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/.]+)`", (ROOT / "docs/reliability.md").read_text()))
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_command_is_documented_and_no_other(documented: dict[str, str]) -> None:
    named = {" ".join(re.findall(WORD, heading)) for heading in documented}
    assert named == {name for name, _ in commands(loa)}


def test_every_option_is_documented_under_its_command(documented: dict[str, str]) -> None:
    head = COMMANDS.read_text().split("\n## ", 1)[0]
    assert [option for option in sorted(EVERYWHERE) if option not in head] == []
    sections = {" ".join(re.findall(WORD, heading)): text for heading, text in documented.items()}
    assert [
        f"{name} {option}"
        for name, command in commands(loa)
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--")
        and (option not in EVERYWHERE or option == "--json")
        and not re.search(rf"`{option}[` ]", sections[name])
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        leads_to = (page.parent / path).resolve() if path else page
        if not leads_to.exists() or (anchor and anchor not in anchors(leads_to)):
            broken.append(target)
    assert broken == []


NAMES = re.compile(
    r"(?:[Bb]ấm|[Mm]ở|[Cc]họn|[Nn]út|[Ôô]|(?<!chuyên )[Mm]ục|[Tt]rang|[Kk]hung|[Dd]òng) \*\*(.+?)\*\*"
)
"""What the guide names as something to see on a page."""
WORDS = re.compile(r'\b(?:_|gettext|ngettext)\(\s*"((?:[^"\\]|\\.)+)"')


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/vi/*.md")), ids=lambda page: str(page.name))
def test_what_the_guide_names_is_on_a_page(page: Path) -> None:
    sources = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("web/**/*.py")]
    words = {words for source in sources for words in WORDS.findall(source.read_text())}
    shown = {re.sub(r"%\(\w+\)s", "…", each).rstrip(":") for each in words}
    named = {name.rstrip(".:") for name in NAMES.findall(" ".join(page.read_text().split()))}
    assert sorted(named - shown) == []


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_every_page_is_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^):#\s]+\.md)", page.read_text())
        waiting += [linked for link in links if (linked := (page.parent / link).resolve()).exists()]
    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in seen] == []


REASONS = sorted({*LEVEL, *Stop.values, "compose"})


@pytest.mark.parametrize("page", ["docs/vi/huong-dan.md", "docs/reference/reasons.md"])
def test_every_reason_is_explained(page: str) -> None:
    text = (ROOT / page).read_text()
    assert [code for code in REASONS if f"`{code}`" not in text] == []


def test_every_state_is_in_the_reference() -> None:
    text = (ROOT / "docs/reference/states.md").read_text()
    states = {*State.values, *DeliveryState.values, *SourceState.values, *TickState.values}
    assert [state for state in sorted(states) if f"`{state}`" not in text] == []
