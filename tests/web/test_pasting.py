"""What is pasted into the console comes back clean, for whoever may write."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pipeline.office import Office
from pipeline.write.drafts import Words, begin, save

pytestmark = pytest.mark.django_db


def test_a_paste_comes_back_clean_and_as_no_page(
    wide: Office, person: Callable[..., User], client: Client
) -> None:
    client.force_login(person("lan", "contributor", agency="Sở Tư pháp"))
    answer = client.post("/console/viet/dan", {"html": "<p style='x'>Chữ<script>evil()</script></p>"})
    assert (answer.content.decode(), answer["Content-Type"]) == ("<p>Chữ</p>", "text/plain")
    assert answer["X-Content-Type-Options"] == "nosniff"
    old = client.post("/console/viet/dan", {"html": "<p>th«ng b¸o t¹m ngõng cÊp n­íc</p>"})
    assert (old.status_code, "TCVN3" in old.content.decode()) == (422, True)


def test_the_region_gets_the_looks_and_our_pictures_from_here(
    wide: Office, person: Callable[..., User], client: Client
) -> None:
    lan = person("lan", "contributor", agency="Sở Tư pháp")
    client.force_login(lan)
    draft = begin(wide, lan, "Sở Tư pháp", "tin")
    path = f"/media/{'ab' * 32}.png"
    picture = f'<p><strong>Chữ</strong><img src="{wide.schedule.office.base_url}{path}" alt="Sơ đồ"></p>'
    save(draft.pk, lan, Words(title="Tin", body=picture), draft.version, "")
    page = client.get(f"/console/viet/{draft.pk}").content.decode()
    assert f"&lt;strong&gt;Chữ&lt;/strong&gt;&lt;img src=&#34;{path}&#34;" in page
    posted = {"title": "Tin", "version": "2", "page": "p", "priority": "thuong", "markup": "html"}
    client.post(f"/console/viet/{draft.pk}", {**posted, "body": f'<p>Chữ<img src="{path}" alt="Sơ đồ"></p>'})
    draft.refresh_from_db()
    assert draft.body == f'<p>Chữ<img src="{wide.schedule.office.base_url}{path}" alt="Sơ đồ"></p>'
