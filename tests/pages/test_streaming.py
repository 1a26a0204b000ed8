"""What streams is made after its request has ended: it shows its own municipality, and leaves the connection clean."""

from typing import Any

import pytest
from django.db import connection
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from measures.models import Measure
from organisation import separation
from organisation.access import SeparationMiddleware, scope_of
from organisation.models import Role
from organisation.separation import NOBODY, SYSTEM, seeing
from tests.factories import MeasureFactory, NoticeFactory, PlanFactory, UnitFactory, UserFactory, make_member
from tests.pages.world import make_world

pytestmark = pytest.mark.django_db


def told() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('povertyplan.municipalities', true)")
        return str(cursor.fetchone()[0] or "")


@pytest.fixture
def nobody_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(separation, "_of_process", NOBODY)


def streaming(user: Any, rows: Any) -> StreamingHttpResponse:
    request = HttpRequest()
    request.user = user
    answer = SeparationMiddleware(lambda request: StreamingHttpResponse(rows()))(request)
    assert isinstance(answer, StreamingHttpResponse)
    return answer


def test_a_stream_sees_its_own_municipality_only(nobody_by_default: None) -> None:
    with seeing(SYSTEM):
        mine, other = MeasureFactory(title="Mitt tiltak"), MeasureFactory(title="Et annet sted")
        user = make_member(Role.COORDINATOR, UnitFactory(municipality=mine.plan.municipality))
        assert other.plan.municipality != mine.plan.municipality

    def rows() -> Any:
        # No filter: the database keeps them apart.
        for measure in Measure.objects.order_by("id").iterator(chunk_size=1):
            yield measure.title

    answer = streaming(user, rows)
    assert [piece.decode() for piece in answer] == ["Mitt tiltak"]
    assert told() == ""


def test_between_the_pieces_the_connection_shows_nothing(nobody_by_default: None) -> None:
    with seeing(SYSTEM):
        user = make_member(Role.COORDINATOR)
    seen: list[str] = []

    def rows() -> Any:
        for _ in range(2):
            seen.append(told())
            yield "x"

    pieces = iter(streaming(user, rows))
    next(pieces)
    assert seen == [scope_of(user).municipalities] and told() == ""
    next(pieces)
    assert seen[1] == seen[0] and told() == ""


def test_a_stream_that_nobody_reads_to_the_end_leaves_nothing(nobody_by_default: None) -> None:
    with seeing(SYSTEM):
        user = make_member(Role.COORDINATOR)
    ended: list[bool] = []

    def rows() -> Any:
        try:
            yield "a"
            yield "b"
        finally:
            ended.append(True)

    answer = streaming(user, rows)
    next(iter(answer))
    for close in answer._resource_closers:  # what a server's close() does, but for the connection
        close()
    assert ended == [True] and told() == ""


def test_a_stream_that_fails_leaves_nothing(nobody_by_default: None) -> None:
    with seeing(SYSTEM):
        user = make_member(Role.COORDINATOR)

    def rows() -> Any:
        yield "a"
        raise RuntimeError("midt i fila")

    with pytest.raises(RuntimeError):
        list(streaming(user, rows))
    assert told() == ""


def test_a_stream_speaks_the_readers_language() -> None:
    from django.utils.translation import override

    with override("en"):
        answer = streaming(make_member(Role.COORDINATOR), lambda: iter([str(get_language())]))
    with override("nb"):
        assert b"".join(answer) == b"en"


def test_a_file_on_disk_is_left_as_it_is(tmp_path: Any) -> None:
    (tmp_path / "a.txt").write_text("a")
    request = HttpRequest()
    request.user = UserFactory()
    made = FileResponse((tmp_path / "a.txt").open("rb"))
    assert SeparationMiddleware(lambda request: made)(request) is made
    assert made.file_to_stream is not None
    made.close()


# Every list, as a file

FILES = {
    "plan-list": (Role.COORDINATOR, "Plan;Type;Periode;Tilstand;Tiltak;I gang eller planlagt"),
    "measure-list": (Role.COORDINATOR, "Tiltak;Mål;Ansvarlig;Tilstand;Sist loggført;Neste evaluering;Frist;Forfalt"),
    "measure": (Role.CASEWORKER, "Dato;Type;Evaluering;Tekst;Tall;Skrevet av;Skrevet"),
    "sub-project-list": (
        Role.PROJECT_LEAD,
        "Delprosjekt;Hovedansvarlig;Tilstand;Fra;Til;Tildelt, kroner;Utbetalt, kroner",
    ),
    "sub-project-spending": (Role.PROJECT_LEAD, "Formål;Dato;Kroner;Måte;Bruk;Bilag;Type;Foreslått av;Godkjent av"),
    "application-list": (Role.PROJECT_LEAD, "Søknad;Utlysning;Hovedansvarlig;Tilstand;Sendt"),
    "call-list": (Role.PROJECT_LEAD, "Utlysning;Tilstand;Søknadsfrist;Plasser;Søknader"),
    "report-list": (Role.COORDINATOR, "Rapport;Periode;Kommune;Sak;Tilstand;Versjon"),
    "user-list": (Role.ADMINISTRATOR, "Navn;E-postadresse;Roller;Kan logge inn;Sist innlogget"),
    "change-list": (Role.ADMINISTRATOR, "Når;Hvem;Hva;Opplysninger"),
    "notice-list": (Role.COORDINATOR, "Varsel;Når;Lest"),
    "yearly-report-list": (Role.COORDINATOR, "Enhet;Region;Ordning;År;Tildelt;Frist;Tilstand;Sendt inn"),
}


def test_every_list_can_be_taken_out(client_for: Any) -> None:
    world, foreign = make_world(timezone.localdate()), "Hemmelig i en annen kommune"
    NoticeFactory(text=foreign)
    MeasureFactory(title=foreign, plan=PlanFactory(title=foreign))
    for name, (role, head) in FILES.items():
        client, url = client_for(world.users[role]), reverse(name, kwargs=world.ids.get(name))
        page = client.get(url).content.decode()
        assert 'href="?format=csv"' in page and 'href="?format=xlsx"' in page, name
        answer = client.get(url, {"format": "csv"})
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[0].startswith(head), name
        assert len(lines) > 1 and foreign not in "".join(lines), name
        book = client.get(url, {"format": "xlsx"})
        assert b"".join(book.streaming_content).startswith(b"PK"), name


def test_a_file_has_what_the_page_was_narrowed_to(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    MeasureFactory(plan=world.plan, title="Sommerleir", responsible_unit=world.unit)
    client, url = client_for(world.users[Role.COORDINATOR]), reverse("measure-list", kwargs=world.ids["measure-list"])
    lines = b"".join(client.get(url, {"format": "csv", "sok": "sommer"}).streaming_content).decode().splitlines()
    assert [line.split(";")[0] for line in lines[1:]] == ["Sommerleir"]


def test_who_may_not_see_the_list_gets_no_file(client_for: Any) -> None:
    world, stranger = make_world(timezone.localdate()), make_member(Role.COORDINATOR)
    for name in ("measure-list", "measure", "sub-project-spending"):
        url = reverse(name, kwargs=world.ids[name])
        assert client_for(stranger).get(url, {"format": "csv"}).status_code == 404
    assert client_for(world.users[Role.CASEWORKER]).get(reverse("user-list"), {"format": "csv"}).status_code == 403
