"""The console's addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from web.access import everybody
from web.console import account, acts, amend, cards, channels, doubt, log, people, signin, sources, views

urlpatterns = [
    path("", views.morning, name="console"),
    path("danh-sach/<str:state>", views.listing, name="console-list"),
    path("bai/<int:article>", views.item, name="console-item"),
    path("bai/<int:article>/xem-truoc/<str:channel>", views.preview, name="console-preview"),
    path("bai/<int:article>/approve", amend.approve, name="console-approve"),
    path("bai/<int:article>/correct", amend.correct, name="console-correct"),
    path("bai/<int:article>/withdraw", amend.withdraw, name="console-withdraw"),
    path("bai/<int:article>/hold", acts.hold, name="console-hold"),
    path("bai/<int:article>/return", acts.give_back, name="console-return"),
    path("doubt", doubt.doubt, name="console-doubt"),
    path("luot-gui/<int:delivery>/<str:outcome>", acts.settle, name="console-settle"),
    path("kenh", channels.listing, name="console-channels"),
    path("kenh/<slug:channel>", channels.channel, name="console-channel"),
    path("kenh/<slug:channel>/pause", acts.pause, name="console-pause"),
    path("kenh/<slug:channel>/resume", acts.resume, name="console-resume"),
    path("dang-tay", cards.listing, name="console-cards"),
    path("dang-tay/<int:delivery>", cards.card, name="console-card"),
    path("dang-tay/<int:delivery>/<str:outcome>", cards.act, name="console-card-act"),
    path("nguon", sources.listing, name="console-sources"),
    path("nguon/<slug:source>", sources.source, name="console-source"),
    path("nguon/<slug:source>/try", sources.try_now, name="console-try"),
    path("nguon/<slug:source>/admit", acts.admit, name="console-admit"),
    path("nguoi-dung", people.people, name="console-people"),
    path("nguoi-dung/<int:user>", people.one, name="console-person"),
    path("nguoi-dung/<int:user>/mat-khau", people.link, name="console-person-link"),
    path("nguoi-dung/<int:user>/ma-dang-nhap", people.forget, name="console-person-forget"),
    path("nguoi-dung/<int:user>/ngung", people.disable, name="console-person-disable"),
    path("nguoi-dung/<int:user>/mo-lai", people.enable, name="console-person-enable"),
    path("nhat-ky", log.log, name="console-log"),
    path("nhat-ky/kiem-tra", log.verify, name="console-log-verify"),
    path("nhat-ky.csv", log.export, name="console-log-export"),
    path("tai-khoan", account.account, name="console-account"),
    path("tai-khoan/mat-khau", account.password, name="console-password"),
    path("tai-khoan/ma-dang-nhap", account.second_factor, name="console-second-factor"),
    path("tai-khoan/ma-du-phong", account.codes, name="console-codes"),
    path("login", everybody("GET", "POST")(signin.SignIn.as_view()), name="login"),
    path("login/ma", signin.code, name="console-code"),
    path("loi-moi/<str:uid>/<str:token>", signin.welcome, name="console-welcome"),
    path("logout", everybody("POST")(LogoutView.as_view(next_page="login")), name="logout"),
    path("language", everybody("POST")(set_language), name="console-language"),
]
