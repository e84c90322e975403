"""The press feed's addresses."""

from django.urls import path

from web.press import views

urlpatterns = [
    path("", views.about, name="press"),
    path("rss.xml", views.feed, name="press-feed"),
]
