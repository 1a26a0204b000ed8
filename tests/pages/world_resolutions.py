"""The part of the world that is about resolutions: one with a point that is late and one that has been followed up."""

import datetime

from measures.models import Plan
from organisation.models import Role, Unit, User
from reporting.domain.resolution import close_point, note_point, register_resolution, update_point
from reporting.models import Report
from tests.pages import may_resolutions


def resolutions(
    plan: Plan, report: Report, unit: Unit, users: dict[Role, User], today: datetime.date, secret: str
) -> dict[str, dict[str, str]]:
    """The arguments of their addresses. `secret` stands in every text."""
    by, decided = users[Role.COORDINATOR], today - datetime.timedelta(days=30)
    made = register_resolution(
        plan=plan, text=f"Formannskapet ber om mer. {secret}", points=[f"Se på fristene. {secret}", "Tell opp."],
        decided_on=decided, by=by, on=today, case_number="12/1",
    )  # fmt: skip
    late, done = made.points.all()
    late = update_point(
        point=late, text=late.text, responsible_unit=unit, due_on=today - datetime.timedelta(days=1),
        version=late.version, by=by,
    )  # fmt: skip
    late = note_point(
        point=late, text=f"Ringte rundt. {secret}", happened_on=today, version=late.version, by=by, on=today
    )
    close_point(point=done, text="Talt opp.", version=done.version, by=by, on=today)
    return may_resolutions.ids(made, late, report)
