"""What programs call goes straight to its view: sessions, cookies and policies are for browsers."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

PROGRAMS = ("/scim/", "/api/v1/")

View = Callable[..., HttpResponse]


class Shortcut:
    """Middleware: the rest of it is passed by for what programs call, which would pay for it in vain."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PROGRAMS):
            return self.get_response(request)
        request.resolver_match = match = resolve(request.path_info)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        _render(response)
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


def _render(response: HttpResponse) -> None:
    """The REST framework leaves it to whoever called the view."""
    if render := getattr(response, "render", None):
        render()
