"""What a password must be, where Django's own words have no Vietnamese yet."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class Length(MinimumLengthValidator):
    """Long enough; a sentence is best."""

    def get_error_message(self) -> str:
        said = ngettext(
            "Mật khẩu quá ngắn: cần ít nhất %(n)d ký tự.",
            "Mật khẩu quá ngắn: cần ít nhất %(n)d ký tự.",
            self.min_length,
        )
        return said % {"n": self.min_length}
