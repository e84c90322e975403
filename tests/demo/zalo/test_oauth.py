"""Zalo's keys open once, and no longer than they say."""

import requests

from demo.zalo import ZaloStandIn
from demo.zalo_rules import ACCESS_LASTS, REFUSALS
from tests.demo.zalo.asking import OAUTH, Clock, Gallery, article, call, oauth


def test_a_refresh_token_works_once(zalo: ZaloStandIn, gallery: Gallery) -> None:
    pair = oauth(zalo)
    assert pair["expires_in"] == str(ACCESS_LASTS)
    assert oauth(zalo)["error"] == REFUSALS["refresh-token"].code
    assert "access_token" in oauth(zalo, refresh_token=pair["refresh_token"])
    assert call(zalo, pair["access_token"], "create", article(gallery))["error"] == 0


def test_refuses_at_oauth(zalo: ZaloStandIn) -> None:
    assert oauth(zalo, secret="?")["error"] == REFUSALS["secret"].code
    assert oauth(zalo, app_id="?")["error"] == REFUSALS["app-id"].code
    assert oauth(zalo, grant_type="password")["error"] == REFUSALS["grant-type"].code
    by_code = {"grant_type": "authorization_code", "code": "once"}
    assert oauth(zalo, **by_code)["error"] == REFUSALS["code"].code
    assert "refresh_token" in oauth(zalo, **by_code, code_verifier="v")
    assert oauth(zalo, **by_code, code_verifier="v")["error"] == REFUSALS["code"].code
    as_json = requests.post(
        f"{zalo.url}/v4/oa/access_token", json=OAUTH, headers={"secret_key": "s3"}, timeout=5
    )
    assert as_json.json()["error"] == REFUSALS["oauth-body"].code


def test_access_ends(zalo: ZaloStandIn, access: str, gallery: Gallery, clock: Clock) -> None:
    assert call(zalo, "wrong", "create", article(gallery))["error"] == -216
    clock.now += ACCESS_LASTS - 1
    assert call(zalo, access, "create", article(gallery))["error"] == 0
    zalo.expire_access()
    assert call(zalo, access, "create", article(gallery))["error"] == -220
