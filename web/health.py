"""Whether this office is at work, for a monitor that knows nothing of it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from pipeline.office import current
from pipeline.watch.facts import gather, unanswered
from pipeline.watch.health import Level, judge
from web.access import everybody


@everybody("GET")
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 while nothing fails, else 503; both name what was looked at, and say no more: `loa health` does."""
    office, real_now = current(), datetime.now(UTC)
    now = office.now()
    try:
        facts = gather(office, now, real_now)
    except DatabaseError:
        facts = unanswered(office.schedule, office.data, "-")
    health = judge(facts, now, real_now)
    said = {"status": health.level, "checks": health.by_name()}
    return JsonResponse(said, status=503 if health.level is Level.FAIL else 200)
