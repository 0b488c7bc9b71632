"""Addresses of campaigns: the list, the wizard, the page of one and what a lead does to it."""

from django.urls import path

from grading.views import campaign, campaign_actions, campaign_wizard, campaign_work

ONE = "campaigns/<str:slug>/"

urlpatterns = [
    path("campaigns/", campaign.campaign_list, name="campaign-list"),
    path("campaigns/new/", campaign_wizard.create, name="campaign-create"),
    path(ONE, campaign.detail, name="campaign-detail"),
    path(f"{ONE}setup/<str:step>/", campaign_wizard.setup, name="campaign-setup"),
    path(f"{ONE}gates/", campaign_actions.gates, name="campaign-gates"),
    path(f"{ONE}work/", campaign_work.work, name="campaign-work"),
    path(f"{ONE}work/cancel/", campaign_work.cancel, name="campaign-work-cancel"),
    path(f"{ONE}launch/", campaign_actions.launch, name="campaign-launch"),
    path(f"{ONE}pause/", campaign_actions.pause, name="campaign-pause"),
    path(f"{ONE}resume/", campaign_actions.resume, name="campaign-resume"),
    path(f"{ONE}close/", campaign_actions.close, name="campaign-close"),
    path(f"{ONE}delete/", campaign_actions.delete, name="campaign-delete"),
    path(f"{ONE}extend/", campaign_actions.extend, name="campaign-extend"),
    path(f"{ONE}raters/", campaign_actions.raters, name="campaign-raters"),
]
