"""Django's routes."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def home(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><html><head></head><body>theirs</body></html>")


urlpatterns = [path("", home)]
