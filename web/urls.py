"""Which address belongs to which face."""

from django.urls import include, path, re_path

from web import assets, health, media

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("static/<str:name>", assets.serve, name="static"),
    re_path(r"^media/(?P<sha256>[0-9a-f]{64})\.(?P<suffix>[a-z]{3,4})$", media.picture, name="media"),
    path("console/", include("web.console.urls")),
    path("press/", include("web.press.urls")),
    path("", include("web.portal.urls")),
]

handler404 = "web.refusals.not_found"
handler500 = "web.refusals.broken"
