"""Every word of our pages has its English, and the compiled catalogue is that of the written one."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "web" / "locale" / "en" / "LC_MESSAGES"
FACES = ("web", "templates/portal", "templates/press", "templates/console")


def test_the_english_catalogue_is_whole() -> None:
    keywords = {**DEFAULT_KEYWORDS, "gettext_lazy": None}
    said = {
        message if isinstance(message, str) else message[0]
        for face in FACES
        for _, _, message, _, _ in extract_from_dir(
            ROOT / face,
            [("**.py", "python"), ("**.html", "jinja2")],
            {"**.html": {"trimmed": "true"}},
            keywords,
        )
    }
    with (CATALOGUE / "django.po").open("rb") as file:
        written = {
            m.id if isinstance(m.id, str) else m.id[0]: m.string
            for m in read_po(file)
            if m.id and not m.fuzzy
        }
    assert len(said) > 100
    assert said - {word for word, english in written.items() if english} == set()

    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in read_mo(file) if m.id}
    assert {key: list(text or ()) for key, text in compiled.items()} == {
        key: list(text or ()) for key, text in written.items()
    }
