"""Templates under guard: an office's folder comes first, mistakes name their place, nothing gets out."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.compose.sandbox import TemplateProblem, environment, renderer


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_an_offices_template_comes_before_ours_and_its_kind_before_the_default(tmp_path: Path) -> None:
    write(tmp_path, "radio/default.txt", "của tỉnh: {{ title }}")
    write(tmp_path, "radio/thong-bao.txt", "thông báo: {{ title }}")
    env = environment(tmp_path)
    assert renderer(env, "tin")("radio/default.txt", {"title": "A & B"}) == "của tỉnh: A & B"
    assert renderer(env, "thong-bao")("radio/default.txt", {"title": "A"}) == "thông báo: A"


def test_html_templates_escape_by_themselves(tmp_path: Path) -> None:
    write(tmp_path, "telegram/default.html", "<b>{{ title }}</b>")
    shown = renderer(environment(tmp_path), None)("telegram/default.html", {"title": "Sở KH&CN <script>"})
    assert shown == "<b>Sở KH&amp;CN &lt;script&gt;</b>"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dòng một\n{{ tittle }}", "'tittle' is undefined"),
        ("{% if title %}", "x/default.txt:1"),
        ("{{ title.__class__.__mro__ }}", "unsafe"),
        ("{{ ''.__class__ }}", "unsafe"),
        ("{% include 'khong-co.txt' %}", "khong-co.txt"),
    ],
)
def test_a_mistake_is_a_problem_that_names_its_place(tmp_path: Path, text: str, says: str) -> None:
    write(tmp_path, "x/default.txt", text)
    with pytest.raises(TemplateProblem, match=says.replace("(", r"\(")):
        renderer(environment(tmp_path), None)("x/default.txt", {"title": "A"})


def test_a_template_cannot_change_what_it_is_given(tmp_path: Path) -> None:
    write(tmp_path, "x/default.txt", "{{ names.append('khác') }}")
    with pytest.raises(TemplateProblem):
        renderer(environment(tmp_path), None)("x/default.txt", {"names": []})
