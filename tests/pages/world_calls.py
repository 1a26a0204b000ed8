"""Calls in every state, applications and a jury, for tests that visit every page."""

import datetime

from django.core.files.base import ContentFile
from django.utils import timezone

from grants.domain.call import decide_call
from grants.domain.jury import declare_conflict
from grants.domain.scoring import close_scoring
from grants.models import Application, Call, CallState, JuryMember
from organisation.models import DocumentJob, JobState, Municipality, Role, Unit, User
from tests.factories import ApplicationFactory, CallFactory, JuryMemberFactory, UnitFactory, make_sheet

DAY = datetime.timedelta(days=1)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def calls_and_jury(
    municipality: Municipality, unit: Unit, users: dict[Role, User], secret: str
) -> dict[str, dict[str, str]]:
    """The arguments of every address of calls, applications and juries, by its name."""
    now = timezone.now()
    opened = _call(municipality, secret, CallState.OPEN, now + DAY)
    draft = _application(opened, unit, users, secret, "draft", accepts_terms=False)
    _application(opened, unit, users, secret, "submitted")
    in_judgement = _call(municipality, secret, CallState.CLOSED, now - DAY)
    judged, torn = (_application(in_judgement, unit, users, secret, "submitted") for _ in range(2))
    member, other = _jury(in_judgement, users, secret)
    make_sheet(other, judged, 4, None, comment=secret)
    declare_conflict(member=member, application=torn, reason=secret, by=member.user, at=now)
    decided = _decided(municipality, unit, users, secret)

    def row(row: Call | Application | JuryMember) -> dict[str, str]:
        return {"public_id": row.public_id}

    ids: dict[str, dict[str, str]] = {}
    for found, names in (
        (opened, "call call-edit call-open call-extend application-new"),
        (in_judgement, "call-close call-decide call-jury jury-member-new scoring-close"),
        (decided, "call-ranking protocol protocol-progress protocol-retry"),
        (member, "jury-member-edit jury-member-remove"),
        (decided.applications.get(), "application"),
        (draft, "application-edit application-send application-withdraw"),
        (judged, "jury-application jury-conflict"),
        (torn, "jury-conflict-withdraw"),
    ):
        ids |= dict.fromkeys(names.split(), row(found))
    return ids


def _call(municipality: Municipality, secret: str, state: str, closes_at: datetime.datetime) -> Call:
    title = f"Utlysning {municipality.calls.count()}. {secret}"
    return CallFactory(
        municipality=municipality, title=title, text=secret, terms=secret, state=state,
        opens_at=closes_at - 30 * DAY, closes_at=closes_at,
    )  # fmt: skip


def _application(
    call: Call, unit: Unit, users: dict[Role, User], secret: str, state: str, **fields: object
) -> Application:
    values = {"partners": [UnitFactory(municipality=call.municipality), "Frivilligsentralen"]} | fields
    return ApplicationFactory(
        call=call, responsible_unit=unit, written_by=users[Role.CASEWORKER], state=state, text=secret,
        title=f"Søknad {call.applications.count()}. {secret}", target_group=secret, film_url="https://film.example/1",
        **values,
    )  # fmt: skip


def _jury(call: Call, users: dict[Role, User], secret: str) -> tuple[JuryMember, JuryMember]:
    """The world's juror, and one whom nobody else plays."""
    member = JuryMemberFactory(call=call, user=users[Role.JUROR], age=17, background=secret)
    return member, JuryMemberFactory(call=call, group=2)


def _decided(municipality: Municipality, unit: Unit, users: dict[Role, User], secret: str) -> Call:
    now, by = timezone.now(), users[Role.COORDINATOR]
    call = _call(municipality, secret, CallState.CLOSED, now - 2 * DAY)
    # A representative sees what her unit is a partner in.
    application = _application(
        call, UnitFactory(municipality=municipality), users, secret, "submitted", partners=[unit]
    )
    for member in _jury(call, users, secret):
        make_sheet(member, application, 5, 4, comment=secret)
    close_scoring(call=call, version=call.version, by=by, at=now, on=timezone.localdate(now))
    call.refresh_from_db()
    call = decide_call(call=call, chosen=[application], reason=secret, version=call.version, by=by, at=now)
    assert call.protocol is not None
    call.protocol.file.save("protokoll.pdf", ContentFile(PDF), save=False)
    call.protocol.file_size = len(PDF)
    call.protocol.save(update_fields=["file", "file_size"])
    DocumentJob.objects.filter(document=call.protocol).update(state=JobState.DONE, percent=100, finished_at=now + DAY)
    return call
