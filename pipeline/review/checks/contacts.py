"""The office's public numbers and addresses, which may go out (`office.public_contacts`)."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase


class Contacts:
    """Patterns with `*`: a number (compared by its digits), an address with @, or a domain."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.numbers: list[str] = []
        self.addresses: list[str] = ["*@gov.vn", "*.gov.vn"]
        for pattern in map(str.lower, patterns):
            if "@" in pattern:
                self.addresses.append(f"*{pattern}" if pattern.startswith("@") else pattern)
            elif any(map(str.isalpha, pattern)):
                self.addresses += [f"*@{pattern}", f"*.{pattern}"]
            elif any(map(str.isdigit, pattern)):
                self.numbers.append(_bare(pattern, "*?"))

    def has_number(self, number: str) -> bool:
        """Whether it is an office's number, however it is grouped."""
        return any(fnmatchcase(_bare(number), pattern) for pattern in self.numbers)

    def has_address(self, address: str) -> bool:
        """Whether it is an office's mailbox: one of these, or any under gov.vn."""
        return any(fnmatchcase(address.lower(), pattern) for pattern in self.addresses)


def _bare(number: str, keep: str = "") -> str:
    """Digits (and the characters in `keep`) only; +84, 0084 and a bare 84 of eleven digits as 0."""
    bare = "".join(c for c in number if c.isdigit() or c in keep)
    foreign = number.strip(" (").startswith("+84") or (bare.startswith("84") and len(bare) == 11)
    if foreign or bare.startswith("0084"):
        return "0" + bare.removeprefix("00").removeprefix("84").removeprefix("0")
    return bare
