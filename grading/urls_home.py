"""The start page."""

from django.urls import path

from grading.views import home

urlpatterns = [path("", home.home, name="home")]
