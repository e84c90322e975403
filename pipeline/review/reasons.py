"""Why an article stands where it stands, as codes: what `loa articles --json` and the console show."""

from __future__ import annotations

from pipeline.models import Article, State
from pipeline.review.checks import LEVEL, Level


def reasons_of(article: Article) -> list[str]:
    """The codes of the current revision's findings, each once; of an approved one, its warnings only."""
    if article.current is None:
        return []
    codes = [finding.code for finding in article.current.findings.all()]
    if article.state == State.APPROVED:
        codes = [code for code in codes if LEVEL.get(code) is Level.WARN]
    return list(dict.fromkeys([*codes, *([article.stopped] if article.stopped else [])]))
