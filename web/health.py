"""Whether this office is at work, for a monitor that knows nothing of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pipeline.models import OfficeFact

SWEEP_DUE = timedelta(minutes=5)
"""A ledger that nobody swept for so long has no worker."""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 where the database answers and a worker sweeps the ledger, else 503; both say why.

    `last_sweep` is null in an office that has no worker running on its own (only `loa once`).
    """
    try:
        fact = OfficeFact.objects.filter(name="last-sweep").first()
    except DatabaseError:
        return JsonResponse({"ok": False, "database": False, "last_sweep": None}, status=503)
    swept = datetime.fromisoformat(fact.value) if fact else None
    ok = swept is None or datetime.now(UTC) - swept < SWEEP_DUE
    state = {"ok": ok, "database": True, "last_sweep": fact.value if fact else None}
    return JsonResponse(state, status=200 if ok else 503)
