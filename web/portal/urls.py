"""The public site's addresses."""

from django.urls import path, re_path

from web.portal import views

urlpatterns = [
    path("", views.front, name="front"),
    path("chuyen-muc/<int:topic>", views.section, name="section"),
    re_path(r"^tin/(?:[^/]*-)?(?P<article>\d{1,15})$", views.article, name="article"),
    path("rss.xml", views.feed, name="portal-feed"),
    path("robots.txt", views.robots, name="robots"),
]
