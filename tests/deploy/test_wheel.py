"""What an installed Loa consists of: all that the packages hold, so that it works away from a checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("pipeline", "channels", "web", "demo", "templates")
SOURCES_ONLY = {".po", ".md", ".pyc"}
"""What is compiled into something else or from it, or only read by people."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as setuptools would pack it; our own stays as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import setuptools; setuptools.setup()"
    packing = ["egg_info", "--egg-base", str(folder), "build_py", "--build-lib", str(folder / "lib")]
    subprocess.run([sys.executable, "-c", build, "-q", *packing], cwd=ROOT, check=True, capture_output=True)
    return folder / "lib"


def test_nothing_that_we_keep_is_left_out(installed: Path) -> None:
    kept = {path for package in PACKAGES for path in _files(ROOT / package, ROOT)}
    assert kept
    assert kept <= _files(installed, installed)


def test_the_demo_finds_its_office_there(installed: Path) -> None:
    """Where there is no checkout around it, with schedule.yaml at its top."""
    asked = "from demo.office import SCHEDULE; print(SCHEDULE); print(SCHEDULE.read_text(), end='')"
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=installed, check=True, capture_output=True, text=True
    )
    place, _, schedule = said.stdout.partition("\n")
    assert place.startswith(str(installed))
    assert schedule == (ROOT / "schedule.yaml").read_text()


def _files(folder: Path, above: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in SOURCES_ONLY)
    return {str(path.relative_to(above)) for path in found}
