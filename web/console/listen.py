"""A radio script to listen to: spoken by the machine, to proof-read by ear and not to air."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from channels.radio import audio
from channels.radio.channel import RadioChannel
from pipeline import office
from pipeline.models import Article, Delivery
from pipeline.preview import previews
from pipeline.review.workflow import Act
from web.access import needs


@needs(get=Act.READ)
def listen(_request: HttpRequest, article: int, channel: str) -> HttpResponse:
    """The script as a WAV file: what was frozen of the current revision, else what a yes would freeze."""
    row = get_object_or_404(Article.objects.select_related("current"), id=article)
    ours = office.current().channels.get(channel)
    if not audio.AVAILABLE or row.current is None or not isinstance(ours, RadioChannel):
        raise Http404
    frozen = Delivery.objects.filter(revision=row.current, channel=channel).order_by("-id")
    content = frozen.values_list("content", flat=True).first()
    if content is None:
        found = previews(office.current(), row, row.current, channel)
        parts = next(each.parts for each in found if each.channel == channel)
        content = parts[0].content if parts else {}
    if "text" not in content:
        raise Http404
    try:
        sound = audio.wav(content["text"], ours.syllables_per_minute)
    except audio.NoSound as trouble:
        return HttpResponse(str(trouble), status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(sound, content_type="audio/wav")
