"""Pictures, style sheets and the state of health."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from django.db import OperationalError
from django.test import Client

from channels.portal import media_path
from pipeline.models import ChannelState, OfficeFact
from pipeline.office import Office
from web.assets import asset

SHA = "ab" * 32


def test_a_stored_picture_is_served_for_ever(client: Client, office: Office) -> None:
    folder = office.pictures / "ab"
    folder.mkdir(parents=True)
    (folder / f"{SHA}.png").write_bytes(b"\x89PNG")
    answer = client.get(media_path(SHA, "image/png"))
    assert answer.getvalue() == b"\x89PNG"
    assert (answer["Content-Type"], "immutable" in answer["Cache-Control"]) == ("image/png", True)
    again = client.get(media_path(SHA, "image/png"), headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", [f"{SHA}.jpg", f"{SHA}.svg", "../secret-key", "x.png", f"{SHA}.png/../x"])
@pytest.mark.usefixtures("office")
def test_nothing_else_of_the_data_folder_is_served(client: Client, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404


@pytest.mark.usefixtures("office")
def test_assets_change_their_name_with_their_content(client: Client) -> None:
    address = asset("portal.css")
    assert re.fullmatch(r"/static/portal\.[0-9a-f]{12}\.css", address)
    answer = client.get(address)
    assert (answer["Content-Type"], "immutable" in answer["Cache-Control"]) == ("text/css", True)
    plain = client.get("/static/cover.png")
    assert (plain["Content-Type"], "immutable" in plain["Cache-Control"]) == ("image/png", False)
    assert client.get("/static/..%2fsettings.py").status_code == 404
    with pytest.raises(LookupError):
        asset("nothing.css")


@pytest.mark.django_db
@pytest.mark.usefixtures("office")
def test_health_says_what_was_looked_at_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer["Cache-Control"]) == (200, HEALTH_IS_NEVER_CACHED)
    checks = answer.json()["checks"]
    assert set(checks) == {
        "database",
        "clock",
        "worker",
        "sources",
        "queue",
        "cards",
        "doubt",
        "withdrawal",
        "search",
        "backup",
        "disk",
    }
    assert checks["database"] == checks["worker"] == "ok"
    swept = OfficeFact.objects.create(name="last-sweep", value=datetime.now(UTC).isoformat())
    assert client.get("/healthz").status_code == 200
    swept.value = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    swept.save()
    ChannelState.objects.create(channel="cong", paused=True, reason="một lý do riêng", at=datetime.now(UTC))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "fail")
    assert (answer.json()["checks"]["worker"], answer.json()["checks"]["channel"]) == ("fail", "warn")
    assert "riêng" not in answer.content.decode()
    assert answer.content.isascii()

    def away(*_given: object) -> NoReturn:
        raise OperationalError("mật khẩu sai")

    monkeypatch.setattr("web.health.gather", away)
    answer = client.get("/healthz")
    assert (answer.status_code, set(answer.json()["checks"])) == (503, {"database", "disk"})


HEALTH_IS_NEVER_CACHED = "max-age=0, no-cache, no-store, must-revalidate, private"
