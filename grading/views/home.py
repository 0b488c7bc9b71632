"""The start page."""
from django.shortcuts import render


def home(request):
    return render(request, "grading/home.html")
