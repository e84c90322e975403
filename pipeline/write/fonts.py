"""Vietnamese written in codes of before Unicode, which only its fonts (.VnTime, VNI-Times) make readable."""

from __future__ import annotations

import re
from enum import StrEnum

from pipeline.collect.decode import UNICODE_VIETNAMESE, from_tcvn3


class Legacy(StrEnum):
    """A code of before Unicode, under the name by which offices know it."""

    TCVN3 = "TCVN3 (phông .VnTime)"
    VNI = "VNI (phông VNI-Times)"

    @property
    def mend(self) -> str:
        """Why such a text is not taken, and how it becomes Unicode, in Vietnamese."""
        source = {"TCVN3": "TCVN3 (ABC)", "VNI": "VNI Windows"}[self.name]
        return (
            f"Chữ theo bảng mã cũ {self}: đưa vào sẽ thành chữ lỗi. Cách sửa: trong Word, chọn hết (Ctrl+A) "
            "và chép (Ctrl+C); mở bộ công cụ của UniKey (Ctrl+Shift+F6), chọn mã nguồn "
            f"{source}, mã đích Unicode, bấm “Chuyển mã Clipboard”; dán lại vào Word, chọn phông "
            "Times New Roman, rồi đưa vào Loa."
        )


_VNI = re.compile(r"[ae][ùøûõïâáàåãä]|a[êéèúüë]|o[ùøûïâåä]|[uyôö][ùøûõï]|ñ(?=[aeiouyôö])", re.IGNORECASE)
"""A vowel and the letter that VNI draws as its mark ("Thoâng baùo"), and "ñ" for "đ"; Vietnamese in Unicode
has none of these pairs."""


def legacy(text: str) -> Legacy | None:
    """Which old code a text is evidently in, wholly or in some of its lines; None where in none.

    A line with a letter that only Vietnamese in Unicode has is in Unicode. In the others, four words and
    every third must hold a pair of VNI, for names such as "Muñoz" stand in any text.
    """
    other = "\n".join(line for line in text.splitlines() if not UNICODE_VIETNAMESE.search(line))
    if from_tcvn3(other) is not None:
        return Legacy.TCVN3
    words = other.split()
    marked = sum(bool(_VNI.search(word)) for word in words)
    return Legacy.VNI if marked >= 4 and marked * 3 >= len(words) else None
