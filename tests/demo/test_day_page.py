"""The page of the day says of each channel what readers have there now."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User

from demo.day import Cast, DayPage
from demo.server import Request
from pipeline import acts
from pipeline.models import Delivery
from pipeline.office import Office
from tests.web.conftest import NOW, carried, office, person, wide  # noqa: F401 - fixtures

NOWHERE = "http://127.0.0.1:9"


@pytest.mark.django_db
def test_what_was_deleted_is_not_said_to_be_sent(wide: Office, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("demo.day.connection", SimpleNamespace(close=lambda: None))
    user = User.objects.create_user("hoa")
    user.appointments.create(role="approver")
    article = carried(wide, user)
    cast = Cast(wide, NOWHERE, NOWHERE, NOWHERE, lambda: NOW, {}, "x", lambda: None)

    def read(query: str = "") -> str:
        return DayPage(0, cast).answer(Request("GET", f"/{query}", {}, b"")).body.decode()

    assert ('title="Telegram: Đã gửi"' in read(), 'title="Loa: Đã giao kịch bản"' in read()) == (True, True)
    assert "1 đã gửi" in read()
    acts.withdraw(wide, article.id, user, "Đăng nhầm.")
    Delivery.objects.filter(errand="withdraw").update(state="sent", sent_at=NOW)
    page = read()
    assert ('title="Telegram: Đã gửi"' in page, 'title="Telegram: Đã gỡ"' in page) == (False, True)
    assert ("1 đã gửi" in page, "1 đã gỡ" in page) == (False, True)
    assert "Đã xóa tin lúc 08:00." in read(f"?bai={article.id}")
