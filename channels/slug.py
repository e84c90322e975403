"""A title as a part of an address or a file name: plain ASCII that sorts and types everywhere."""

from __future__ import annotations

import re
import unicodedata


def slug(title: str, limit: int = 80) -> str:
    """Lower-case letters, digits and single hyphens, cut between words at `limit` characters.

    Vietnamese letters lose their marks ("đ" becomes "d"); a title without any letter of the Latin
    alphabet becomes "bai", so that a slug is never empty.
    """
    folded = unicodedata.normalize("NFKD", title).lower().replace("đ", "d")
    whole = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[\u0300-\u036f]", "", folded)).strip("-")
    if len(whole) > limit:
        whole = (whole[: limit + 1].rpartition("-")[0] or whole[:limit]).strip("-")
    return whole or "bai"
