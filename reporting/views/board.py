"""The pattern "Dashboard": one board as page, CSV or XLSX (`?format=csv`), with the question it answers in its address."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render

from organisation.access import SignedInRequest
from organisation.spreadsheets import FILES
from organisation.views.form_page import Crumbs
from reporting.board_forms import Question
from reporting.domain.board import Board, rows_of


def board_page(
    request: SignedInRequest, board: Board, *, question: Question | None, crumbs: Crumbs, name: str, **context: Any
) -> HttpResponseBase:
    """`name` is that of the file, without personal data. `question` None: the board has no filters."""
    if make := FILES.get(request.GET.get("format", "")):
        period = (question.period.label if question else "",)
        return make(name, (board.title, *period), rows_of(board))
    context |= {"board": board, "question": question, "crumbs": [*crumbs, (board.title, None)]}
    return render(request, "reporting/board.html", context)
