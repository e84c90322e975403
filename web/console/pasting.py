"""The region in which officers write with looks: what is pasted into it comes back clean."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from pipeline import office
from pipeline.review.workflow import Act
from pipeline.write.paste import clean_paste
from web.access import needs


@needs(post=Act.WRITE)
def paste(request: HttpRequest) -> HttpResponse:
    """The clipboard's HTML cleaned, as text: a script puts it in, no browser shows it as a page."""
    base = office.current().schedule.office.base_url
    return HttpResponse(shown(clean_paste(request.POST.get("html", ""), base)), content_type="text/plain")


def shown(html: str) -> str:
    """Cleaned HTML whose own pictures show under every name that the console has."""
    base = office.current().schedule.office.base_url.rstrip("/")
    return html.replace(f'src="{base}/media/', 'src="/media/')
