"""How the services of a sub-project find it to work together: the matrix, its development, and the form."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grants.domain.relational import (
    FEWEST,
    RelationalMatrix,
    answers_of,
    change,
    development,
    mean,
    open_halves,
    rate,
    rounded,
    word,
)
from grants.forms.relational import RatingForm
from grants.models import Dimension, Strength, SubProjectPartner
from grants.permissions import can_rate_for
from grants.views.result import READERS, crumbs_of, found
from organisation.access import SignedInRequest, access, roles
from organisation.charts import lines
from organisation.models import LOGGING_ROLES, Role
from organisation.periods import HalfYear
from organisation.views.form_page import form_page, posted

NARROW = 5  # as many services have room for their names above the columns; more are numbered


@access(READERS)
@require_GET
def sub_project_relations(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = found(request, public_id)
    today = timezone.localdate()
    halves = development(sub_project)
    shown = _chosen(halves, request.GET.get("halvar", ""))
    before = next((row for row in halves if shown and row.half == shown.half.previous()), None)
    partners = list(sub_project.partners.select_related("unit"))
    own = sub_project.partners.active(today).worked_in_by(request.user)
    context = {
        "sub_project": sub_project,
        "tab": "relations",
        "crumbs": [*crumbs_of(sub_project), (_("Samspill"), None)],
        "shown": shown,
        "overall": _shown(shown.overall, before.overall if before else None) if shown else None,
        "before": before,
        "halves": halves,
        "table": _matrix_table(shown, before, partners) if shown else None,
        "dimensions": _dimension_rows(halves),
        "chart": _chart(halves),
        "steps": Strength.choices,
        "fewest": FEWEST,
        "can_rate": bool(open_halves(sub_project, today)) and own.exists(),
    }
    return render(request, "grants/relations/relations.html", context)


def _chosen(halves: Sequence[RelationalMatrix], code: str) -> RelationalMatrix | None:
    """The half-year of the address, else the newest one that has been rated."""
    return next((row for row in halves if row.half.code == code), halves[-1] if halves else None)


def _shown(value: Decimal | None, before: Decimal | None = None) -> dict[str, Any]:
    """A mean as it is shown: the number, its word, and how much it has changed."""
    if value is None:
        return {}
    moved = change(value, before)
    strength = word(value)
    return {
        "value": rounded(value),
        "word": strength.label,
        "step": strength.value,
        "change": abs(moved) if moved is not None else None,
        "direction": "" if not moved else "up" if moved > 0 else "down",
    }


def _matrix_table(
    shown: RelationalMatrix, before: RelationalMatrix | None, partners: list[SubProjectPartner]
) -> dict[str, Any]:
    """Rows for those who rate, columns for those who are rated; services that are in no cell are left out."""
    named = {pk for pair in (*shown.cells, *shown.too_few) for pk in pair}
    services = [partner for partner in partners if partner.pk in named or partner.left_on is None]
    earlier = before.cells if before else {}
    rows = [
        {
            "name": rater.unit.name,
            "cells": [
                {
                    "name": rated.unit.name,
                    "is_self": rated.pk == rater.pk,
                    "too_few": (rater.pk, rated.pk) in shown.too_few,
                    **_shown(shown.cells.get((rater.pk, rated.pk)), earlier.get((rater.pk, rated.pk))),
                }
                for rated in services
            ],
        }
        for rater in services
    ]
    received = [
        {
            "name": rated.unit.name,
            "too_few": any(pair[1] == rated.pk for pair in shown.too_few),
            **_shown(mean(cell for pair, cell in shown.cells.items() if pair[1] == rated.pk)),
        }
        for rated in services
    ]
    return {"rows": rows, "received": received, "numbered": len(services) > NARROW}


def _dimension_rows(halves: Sequence[RelationalMatrix]) -> list[dict[str, Any]]:
    """One row per dimension and one for all of them, with every half-year and the change since the one before it."""
    rows: list[tuple[Any, list[Decimal | None]]] = [
        (label, [half.dimensions.get(dimension) for half in halves]) for dimension, label in Dimension.choices
    ]
    rows.append((_("Alle seks"), [half.overall for half in halves]))
    follows = [index > 0 and halves[index - 1].half == half.half.previous() for index, half in enumerate(halves)]
    return [
        {
            "name": name,
            "cells": [_shown(value, values[i - 1] if follows[i] else None) for i, value in enumerate(values)],
        }
        for name, values in rows
    ]


def _chart(halves: Sequence[RelationalMatrix]) -> dict[str, Any] | None:
    """The mean of all dimensions over time. The line is broken where a half-year was not rated."""
    drawn = [(half.half, rounded(half.overall)) for half in halves if half.overall is not None]
    if len(drawn) < 2:
        return None
    return lines(
        id="samspill", title=_("Alle seks områdene samlet, halvår for halvår"), scale=(1, 5), head=_("Halvår"),
        points=[half.short for half, _value in drawn],
        series=[{"label": _("Gjennomsnitt"), "values": [value for _half, value in drawn],
                 "texts": [number_format(value, 1) for _half, value in drawn]}],
        apart=[at for at in range(1, len(drawn)) if drawn[at - 1][0] != drawn[at][0].previous()],
    )  # fmt: skip


@access(roles(*LOGGING_ROLES, Role.PARTNER))
def relations_rate(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One form for one service and half-year; whoever works in several services chooses first."""
    sub_project = found(request, public_id)
    today = timezone.localdate()
    url = reverse("sub-project-relations", args=[sub_project.public_id])
    halves = open_halves(sub_project, today)
    if sub_project.is_over and not halves:
        messages.info(request, _("Delprosjektet pågår ikke lenger, så samarbeidet kan ikke vurderes."))
        return redirect(url)
    taking_part = sub_project.partners.active(today)
    active = list(taking_part.select_related("unit"))
    worked_in = set(taking_part.worked_in_by(request.user).values_list("pk", flat=True))
    own = [partner for partner in active if partner.pk in worked_in]
    if not own:
        raise PermissionDenied
    if not halves:
        messages.info(request, _("Samspillet kan vurderes når delprosjektet er i gang."))
        return redirect(url)
    crumbs = crumbs_of(sub_project, (_("Samspill"), "sub-project-relations"))
    rater = _rater(own, request.GET.get("tjeneste", ""))
    if rater is None:
        title = _("Hvilken tjeneste svarer du for?")
        context = {"sub_project": sub_project, "own": own, "title": title, "crumbs": [*crumbs, (title, None)]}
        return render(request, "grants/relations/choose.html", context)
    if not can_rate_for(request.user, rater):
        raise PermissionDenied
    half = next((row for row in halves if row.code == request.GET.get("halvar")), halves[0])
    others = [partner for partner in active if partner.pk != rater.pk]
    form = RatingForm(posted(request), partners=others, answers=answers_of(rater, half, request.user))

    def save(data: dict[str, Any]) -> HalfYear:
        rate(sub_project=sub_project, rater=rater, strengths=form.strengths(), half=half, by=request.user, on=today)
        return half

    return form_page(
        request, form, action=save, done=lambda half: f"{url}?halvar={half.code}", title=_("Vurder samarbeidet"),
        crumbs=crumbs, cancel_url=url, message=_("Svarene er lagret. Du kan endre dem så lenge halvåret er åpent."),
        template="grants/relations/rate.html", sub_project=sub_project, rater=rater, half=half, halves=halves,
        several=len(own) > 1, steps=Strength.choices, fewest=FEWEST,
    )  # fmt: skip


def _rater(own: list[SubProjectPartner], public_id: str) -> SubProjectPartner | None:
    """The service of the address if it is one of the user's own, or the only one she has. 404 for any other."""
    if not public_id:
        return own[0] if len(own) == 1 else None
    chosen = next((partner for partner in own if partner.public_id == public_id), None)
    if chosen is None:
        raise Http404
    return chosen
