"""The pattern "Form": bind, call one domain function, say that it is done, or show the page again with what was typed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from organisation.forms import BaseForm


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when it is nothing at all: an empty POST is an answer, a GET is none."""
    return request.POST if request.method == "POST" else None


def posted_version(request: HttpRequest) -> int:
    """The version that a button was pressed on; 0, which no row has, where what came is no number."""
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


Crumbs = list[tuple[Any, str | None]]


def form_page(
    request: HttpRequest,
    form: BaseForm,
    *,
    action: Callable[[dict[str, Any]], Any],
    done: Callable[[Any], str],
    title: Any,
    crumbs: Crumbs,
    cancel_url: str,
    message: Any = "",
    undo: Callable[[Any], str] | None = None,
    template: str = "partials/form_page.html",
    **context: Any,
) -> HttpResponse:
    """`action` gets the cleaned data and returns what was written; `done` gives the address to go on to.

    `undo` gives the address that takes it back, offered with the message. A refusal is shown with status 422.
    """
    if request.method == "POST":
        result = form.submit(action)
        if result is not None:
            if message:
                messages.success(request, message, extra_tags=undo(result) if undo else "")
            return redirect(done(result))
    context |= {"form": form, "title": title, "crumbs": [*crumbs, (title, None)], "cancel_url": cancel_url}
    return render(request, template, context, status=422 if request.method == "POST" else 200)
