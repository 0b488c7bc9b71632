"""Addresses of graders in service, tokens, and generators in service."""

from django.urls import path

from grading.views import api_token, monitoring, served_generator, service

SERVICE = "graders/<int:pk>/service/"
MONITORING = "graders/<int:pk>/monitoring/"

urlpatterns = [
    path(SERVICE, service.detail, name="grader-service"),
    path(f"{SERVICE}deploy/", service.put_in_service, name="grader-deploy"),
    path(f"{SERVICE}roll-back/", service.back, name="grader-roll-back"),
    path(f"{SERVICE}retire/", service.out, name="grader-out"),
    path(f"{SERVICE}keep/", service.keep, name="grader-keep"),
    path(MONITORING, monitoring.detail, name="grader-monitoring"),
    path(f"{MONITORING}watch/", monitoring.watch, name="grader-watch"),
    path(f"{MONITORING}alarms/<int:alarm_pk>/", monitoring.see_to, name="alarm-acknowledge"),
    path("tokens/", api_token.token_list, name="token-list"),
    path("tokens/<int:pk>/revoke/", api_token.revoke, name="token-revoke"),
    path("served-generators/", served_generator.generator_list, name="served-generator-list"),
    path("served-generators/<int:pk>/end/", served_generator.end, name="served-generator-end"),
]
