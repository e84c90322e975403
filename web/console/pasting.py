"""The region in which officers write with looks: what is pasted into it comes back clean."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from pipeline import office
from pipeline.collect.clean import clean
from pipeline.review.workflow import Act
from pipeline.write.fonts import legacy
from pipeline.write.paste import clean_paste
from web.access import needs


@needs(post=Act.WRITE)
def paste(request: HttpRequest) -> HttpResponse:
    """The clipboard's HTML cleaned, as text: a script puts it in, no browser shows it as a page.

    422 with the reason where it is in letters of before Unicode.
    """
    pasted = clean_paste(request.POST.get("html", ""), office.current().schedule.office.base_url)
    if old := legacy(clean(pasted).text):
        return HttpResponse(old.mend, content_type="text/plain", status=422)
    return HttpResponse(shown(pasted), content_type="text/plain")


def shown(html: str) -> str:
    """Cleaned HTML whose own pictures show under every name that the console has."""
    base = office.current().schedule.office.base_url.rstrip("/")
    return html.replace(f'src="{base}/media/', 'src="/media/')
