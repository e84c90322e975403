"""A backup is restored into an empty folder, wholly or not at all."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from pipeline.cli.session import set_up_django
from pipeline.keep.folder import NotRestored, into, put_back


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("there", [False, True])
def test_what_was_put_in_is_the_folders_own_at_the_end(tmp_path: Path, there: bool) -> None:
    data = tmp_path / "a" / "var"
    if there:
        # What a restore that was killed has left is no content.
        (data / "restoring" / "pictures").mkdir(parents=True)
    with into(data) as folder:
        (folder / "pictures" / "ab").mkdir(parents=True)
        (folder / "loa.sqlite3").write_text("rows")
        assert not (data / "loa.sqlite3").exists()
    assert names(data) == ["loa.sqlite3", "pictures", "pictures/ab"]


@pytest.mark.parametrize("content", ["loa.sqlite3", "anything", ""])
def test_nothing_is_overwritten(tmp_path: Path, content: str) -> None:
    data = tmp_path / "var"
    if content:
        data.mkdir()
        (data / content).write_text("as it was")
    else:
        data.write_text("a file")
    before = names(tmp_path)
    with pytest.raises(NotRestored, match=f"{data} is"), into(data):
        pytest.fail("it was entered")
    assert names(tmp_path) == before


def test_a_restore_that_fails_leaves_the_folder_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no backup")
    with pytest.raises(NotRestored, match="file is no whole backup"), into(tmp_path / "var") as folder:
        put_back(tmp_path / "file", folder / "deep")
    assert names(tmp_path / "var") == []


def test_an_office_that_is_being_restored_is_none_yet(tmp_path: Path) -> None:
    with into(tmp_path / "var"), pytest.raises(click.ClickException, match="Run `loa restore` again"):
        set_up_django(tmp_path / "var")
    assert names(tmp_path / "var") == []
