"""Sub-projects in every stage, for tests that visit every page. Made by the domain's own functions."""

import datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from grants.domain.award_letter import create_letter, offer_letter, sign_on_paper, update_letter
from grants.domain.letter_content import Goal
from grants.domain.review import answer_questionnaire, conclude_review, result_goals, save_review
from grants.domain.sub_project import create_sub_project, link_measure
from grants.models import AwardLetter, Decision, GoalAbout, GoalKind, PartnerRole, Review, SubProject, Verdict
from measures.domain.log import add_log_entry
from measures.domain.measure import create_measure
from measures.models import Plan
from organisation.models import DocumentJob, JobState, Municipality, Role, Unit, User
from organisation.periods import HalfYear
from tests.factories import GoalFactory, PlanFactory, UnitFactory, ZoneFactory

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
Ids = dict[str, dict[str, str]]
Users = dict[Role, User]
ANSWERS = {"works_together": 4, "listens": 3, "anchored": 5, "reaches_goals": 2}


def sub_projects(municipality: Municipality, unit: Unit, users: Users, today: datetime.date, secret: str) -> Ids:
    """The arguments of the addresses of sub-projects, letters and reviews. `unit` is responsible for all of them.

    One runs on a letter in force with the next version in the making and its second review open; one waits for
    signatures; one was stopped at a review and has its closing report to write.
    """
    by = users[Role.COORDINATOR]
    goal = GoalFactory(plan=PlanFactory(municipality=municipality, title=f"Planen til delprosjektet. {secret}"))
    others = [UnitFactory(municipality=municipality, name=f"Partner {number}. {secret}") for number in (1, 2)]
    zone = ZoneFactory(municipality=municipality)
    start = _months_before(today, 13)
    ways: dict[str, Any] = {
        "municipality": municipality,
        "partners": _partners(unit, others),
        "by": by,
        "zones": [zone],
    }
    ways |= {"target_group": secret, "note": secret, "on": start, "starts_on": start}
    end = datetime.date(today.year + 1, 12, 31)

    running = create_sub_project(title=f"Sammen. {secret}", ends_on=end, **ways)
    measure = create_measure(
        plan=goal.plan,
        goals=[goal],
        by=by,
        on=start,
        title=f"Sammen, tiltaket. {secret}",
        responsible_unit=unit,
    )
    running = link_measure(sub_project=running, measure=measure, version=running.version, by=by)
    letter = _in_force(running, by, start, secret)
    _review(running, users, Decision.WITH_CONDITIONS, _months_before(today, 6), secret)
    add_log_entry(measure=measure, text=f"Vi møttes. {secret}", happened_on=today, by=by, today=today)
    draft = create_letter(sub_project=running, by=by)

    waiting = create_sub_project(title=f"Venter. {secret}", ends_on=end, **ways)
    offered = _offered(waiting, by, start, secret)

    stopped = create_sub_project(title=f"Stoppet. {secret}", ends_on=end, **ways)
    _in_force(stopped, by, start, secret)
    _review(stopped, users, Decision.STOP, _months_before(today, 1), secret)
    return _ids(running, letter, draft, offered, stopped, goal.plan, unit)


def _partners(unit: Unit, others: list[Unit]) -> list[tuple[Unit, str]]:
    return [(unit, PartnerRole.RESPONSIBLE), *((other, PartnerRole.PARTNER) for other in others)]


def _months_before(today: datetime.date, months: int) -> datetime.date:
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return datetime.date(year, month + 1, 1)


def _noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)


def _offered(sub_project: SubProject, by: User, on: datetime.date, secret: str) -> AwardLetter:
    due_on = sub_project.ends_on
    goals = [
        Goal(GoalKind.EFFECT, GoalAbout.RESIDENTS, f"Effekt. {secret}"),
        Goal(GoalKind.RESULT, GoalAbout.RESIDENTS, f"Resultat. {secret}", "familier", Decimal(40), due_on, "families"),
        Goal(GoalKind.RESULT, GoalAbout.COLLABORATION, f"Møter. {secret}", "møter", Decimal(20), due_on),
    ]
    half = HalfYear.of(sub_project.starts_on)
    letter = create_letter(sub_project=sub_project, by=by)
    letter = update_letter(
        letter=letter,
        version=letter.version,
        by=by,
        goals=goals,
        instalments={half: Decimal(500_000)},
        conditions=secret,
    )
    return offer_letter(letter=letter, version=letter.version, by=by, on=on)


def _in_force(sub_project: SubProject, by: User, on: datetime.date, secret: str) -> AwardLetter:
    letter = _offered(sub_project, by, on, secret)
    for signature in letter.signatures.all():
        letter = sign_on_paper(signature=signature, reference="25/17", by=by, at=_noon(on))
    document = letter.document
    assert document is not None
    document.file.save("brev.pdf", ContentFile(PDF), save=False)
    document.file_size = len(PDF)
    document.save(update_fields=["file", "file_size"])
    done = {"state": JobState.DONE, "percent": 100, "finished_at": datetime.datetime.now(datetime.UTC)}
    DocumentJob.objects.filter(document=document).update(**done)
    return letter


def _review(sub_project: SubProject, users: Users, decision: str, on: datetime.date, secret: str) -> Review:
    by = users[Role.COORDINATOR]
    review = sub_project.reviews.get(decision="")
    answer_questionnaire(
        review=review, partner=sub_project.partners.first(), answers={**ANSWERS, "went_well": secret, "to_change": secret},
        version=0, by=users[Role.UNIT_LEADER], at=_noon(on),
    )  # fmt: skip
    goals = result_goals(sub_project.letters.get())
    review = save_review(
        review=review, judgements={goal: (Verdict.PARTLY, secret) for goal in goals}, summary=secret,
        version=review.version, by=by,
    )  # fmt: skip
    return conclude_review(
        review=review, decision=decision, reason=secret, conditions=secret, held_on=on, version=review.version, by=by,
        on=on, at=_noon(on),
    )  # fmt: skip


def _ids(
    running: SubProject, letter: AwardLetter, draft: AwardLetter, offered: AwardLetter, stopped: SubProject, plan: Plan,
    unit: Unit,
) -> Ids:  # fmt: skip
    def at(names: str, row: Any, **more: str) -> Ids:
        return {name: {"public_id": row.public_id, **more} for name in names.split()}

    def place(sub_project: SubProject) -> dict[str, str]:
        return {"partner_id": sub_project.partners.get(unit=unit).public_id}

    review = running.reviews.get(decision="")
    return (
        at("sub-project sub-project-edit sub-project-end sub-project-partners sub-project-measure", running)
        | at("sub-project-letters sub-project-reviews award-letter-new api-sub-project", running)
        | at("sub-project-partner", running, **place(running))
        | at("sub-project-measure-new", running, plan_id=plan.public_id)
        | at("award-letter award-letter-pdf award-letter-progress award-letter-again", letter)
        | at("award-letter-edit award-letter-offer award-letter-withdraw", draft)
        | at("award-letter-sign award-letter-paper", offered, **place(offered.sub_project))
        | at("review review-conclude", review)
        | at("review-questionnaire", review, **place(running))
        | at("closing-report", stopped)
    )
