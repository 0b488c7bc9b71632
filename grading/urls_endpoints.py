"""Addresses of endpoints, LLM judges, generators and prompt templates."""

from django.urls import path

from grading.views import endpoint, generation_run, judge_run, prompt_template

JUDGE = "judge-runs/<int:pk>/"
GENERATION = "generation-runs/<int:pk>/"

urlpatterns = [
    path("endpoints/", endpoint.endpoint_list, name="endpoint-list"),
    path("endpoints/new/", endpoint.create, name="endpoint-new"),
    path("endpoints/<int:pk>/", endpoint.edit, name="endpoint-edit"),
    path("endpoints/<int:pk>/try/", endpoint.try_it, name="endpoint-try"),
    path("endpoints/<int:pk>/delete/", endpoint.delete, name="endpoint-delete"),
    path("judge-runs/", judge_run.run_list, name="judge-run-list"),
    path("judge-runs/new/", judge_run.create, name="judge-run-new"),
    path(JUDGE, judge_run.detail, name="judge-run-detail"),
    path(f"{JUDGE}progress/", judge_run.progress, name="judge-run-progress"),
    path(f"{JUDGE}cancel/", judge_run.cancel, name="judge-run-cancel"),
    path(f"{JUDGE}resume/", judge_run.resume, name="judge-run-resume"),
    path("generation-runs/", generation_run.run_list, name="generation-run-list"),
    path("generation-runs/new/", generation_run.create, name="generation-run-new"),
    path(GENERATION, generation_run.detail, name="generation-run-detail"),
    path(f"{GENERATION}progress/", generation_run.progress, name="generation-run-progress"),
    path(f"{GENERATION}cancel/", generation_run.cancel, name="generation-run-cancel"),
    path(f"{GENERATION}resume/", generation_run.resume, name="generation-run-resume"),
    path("prompt-templates/", prompt_template.template_list, name="prompt-template-list"),
    path("prompt-templates/new/", prompt_template.create, name="prompt-template-new"),
    path("prompt-templates/<int:pk>/", prompt_template.edit, name="prompt-template-edit"),
    path("prompt-templates/<int:pk>/delete/", prompt_template.delete, name="prompt-template-delete"),
]
