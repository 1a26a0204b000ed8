"""The pattern "Dashboard": one board as page, CSV or XLSX (`?fil=csv`), with the question it answers in its address."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from organisation.access import SignedInRequest
from organisation.spreadsheets import csv_file, xlsx_file
from organisation.views.form_page import Crumbs
from reporting.board_forms import Question
from reporting.domain.board import Board, rows_of

FILES = {"csv": csv_file, "xlsx": xlsx_file}


def board_page(
    request: SignedInRequest, board: Board, *, question: Question | None, crumbs: Crumbs, name: str, **context: Any
) -> HttpResponse:
    """`name` is that of the file, without personal data. `question` None: the board has no filters."""
    if make := FILES.get(request.GET.get("fil", "")):
        period = (question.period.label if question else "",)
        return make(name, (board.title, *period), rows_of(board))
    context |= {"board": board, "question": question, "crumbs": [*crumbs, (board.title, None)]}
    return render(request, "reporting/board.html", context)
