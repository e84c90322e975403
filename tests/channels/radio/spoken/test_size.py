"""The package stands alone: a process that speaks has loaded Python's own modules and no others of ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
SPEAKS = """
import sys
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
from channels.radio.spoken import speak
assert speak("Nặng 5 kg.").text == "Nặng năm ki lô gam."
print(*set(sys.modules) - before)
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """What a fresh process has loaded once it has spoken; it sees no installed package (-I -S)."""
    command = [sys.executable, "-I", "-S", "-c", SPEAKS, str(ROOT)]
    return set(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split())


def test_nothing_is_needed_but_the_standard_library(loaded: set[str]) -> None:
    roots = {name.partition(".")[0] for name in loaded}
    assert roots - sys.stdlib_module_names == {"channels"}


def test_of_the_project_nothing_is_loaded_but_the_package_itself(loaded: set[str]) -> None:
    ours = {name for name in loaded if name.partition(".")[0] == "channels"}
    beside = {name for name in ours if not name.startswith("channels.radio.spoken")}
    assert beside == {"channels", "channels.radio"}
    assert "channels.radio.spoken.speak" in ours


def test_no_network_database_or_process_is_within_reach(loaded: set[str]) -> None:
    assert loaded.isdisjoint({"socket", "ssl", "sqlite3", "subprocess", "asyncio", "logging"})
