"""The console's addresses."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from django.views.i18n import set_language

from web.console import acts, amend, doubt, item, listen, mend, views

urlpatterns = [
    path("", views.morning, name="console"),
    path("danh-sach/<str:state>", views.listing, name="console-list"),
    path("bai/<int:article>", item.item, name="console-item"),
    path("bai/<int:article>/xem-truoc/<str:channel>", item.preview, name="console-preview"),
    path("bai/<int:article>/nghe/<str:channel>", listen.listen, name="console-listen"),
    path("bai/<int:article>/sua", mend.mend, name="console-mend"),
    path("bai/<int:article>/chap-nhan", mend.accept, name="console-accept"),
    path("bai/<int:article>/kenh/<str:channel>", mend.word, name="console-word"),
    path("bai/<int:article>/approve", amend.approve, name="console-approve"),
    path("bai/<int:article>/correct", amend.correct, name="console-correct"),
    path("bai/<int:article>/withdraw", amend.withdraw, name="console-withdraw"),
    path("bai/<int:article>/<str:act>", acts.act, name="console-act"),
    path("doubt", doubt.doubt, name="console-doubt"),
    path("luot-gui/<int:delivery>/<str:outcome>", acts.settle, name="console-settle"),
    path("kenh/<slug:channel>", acts.resume, name="console-resume"),
    path("nguon/<slug:source>", acts.admit, name="console-admit"),
    path(
        "login",
        LoginView.as_view(template_name="console/login.html", redirect_authenticated_user=True),
        name="login",
    ),
    path("logout", LogoutView.as_view(next_page="login"), name="logout"),
    path("language", set_language, name="console-language"),
]
