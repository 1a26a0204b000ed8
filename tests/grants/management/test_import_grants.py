"""`manage.py import_grants` with the amounts of 2009: the directorate's own figures, once and not twice."""

from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from grants.models import Grant, GrantScheme, GrantState, ReportingUnit, YearlyReport
from organisation.models import AuditEntry, Municipality
from reporting.demo import data
from tests.factories import GrantSchemeFactory

pytestmark = pytest.mark.django_db
AMOUNTS = Path(data.__path__[0]) / "grants-2009-amounts.csv"


def run(path: Path = AMOUNTS, *options: str, year: int = 2009) -> str:
    out = StringIO()
    call_command("import_grants", str(path), "--year", str(year), *options, stdout=out)
    return out.getvalue()


def rows() -> dict[Any, int]:
    models = (AuditEntry, GrantScheme, Municipality, ReportingUnit, Grant, YearlyReport)
    return {model: model.objects.count() for model in models}


def test_the_amounts_of_2009_are_55_units_and_25_103_653_kroner() -> None:
    assert run() == "55 enheter, 25 103 653 kroner\n"
    grants = Grant.objects.filter(year=2009)
    assert grants.count() == ReportingUnit.objects.count() == YearlyReport.objects.count() == 55
    assert grants.aggregate(total=Sum("awarded_nok"))["total"] == Decimal(25_103_653)
    assert set(grants.values_list("state", flat=True)) == {GrantState.GRANTED}
    oslo = Municipality.objects.get(name="Oslo")
    assert oslo.reporting_units.count() == 8 and Municipality.objects.get(name="Bergen").reporting_units.count() == 2
    assert Municipality.objects.count() == 55 - 7 - 1
    assert ReportingUnit.objects.filter(name__startswith="Oslo kommune, Bydel Søndre Nordstrand (").count() == 2
    assert ReportingUnit.objects.get(name="Bydel Alna").region == "Bydeler Oslo"
    assert Grant.objects.get(reporting_unit__name="Strand kommune").awarded_nok == 0


def test_a_second_import_changes_nothing() -> None:
    run()
    before, grants = rows(), list(Grant.objects.order_by("pk").values())
    assert run() == "Ingenting er endret: 55 enheter, 25 103 653 kroner\n"
    assert rows() == before
    assert list(Grant.objects.order_by("pk").values()) == grants


def test_a_file_with_three_bad_rows_changes_nothing_and_names_them(tmp_path: Path) -> None:
    lines = AMOUNTS.read_text().splitlines()
    lines[3] = "Bamble kommune;Region Sør;mange"
    lines[10] = "Dovre kommune;Region Øst;-300000"
    lines[20] = ";Region Øst;45500"
    path = tmp_path / "med feil.csv"
    path.write_text("\n".join(lines))
    before = rows()
    with pytest.raises(CommandError) as refused:
        run(path)
    message = str(refused.value)
    assert message.splitlines() == [
        "3 rader har feil. Ingenting er lagret.",
        "Rad 4, beløp: «mange» er ikke et tall.",
        "Rad 11, beløp: «-300000» er mindre enn null.",
        "Rad 21, enhet: Feltet er tomt.",
    ]
    assert rows() == before, "not even the scheme is made"


def test_the_scheme_is_made_once_and_chosen_by_name_where_there_are_several() -> None:
    run()
    scheme = GrantScheme.objects.get()
    assert scheme.funder == "Arbeids- og velferdsdirektoratet" and scheme.max_years == 3 and scheme.reported_here
    other = GrantSchemeFactory(name="Ferietiltak")
    with pytest.raises(CommandError, match="«Ferietiltak»"):
        run()
    assert run(AMOUNTS, "--scheme", "ferietiltak").startswith("55 enheter")
    assert Grant.objects.filter(scheme=other).count() == 55
    with pytest.raises(CommandError, match="ingen ordning som heter «Noe annet»"):
        run(AMOUNTS, "--scheme", "Noe annet")


def test_a_dry_run_says_what_would_be_done_and_does_nothing() -> None:
    before = rows()
    assert run(AMOUNTS, "--dry-run") == "Ville lagret: 55 enheter, 25 103 653 kroner\n"
    assert rows() == before


def test_a_file_that_is_not_there_or_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "borte.csv")
    (tmp_path / "tom.csv").write_bytes(b"")
    with pytest.raises(CommandError, match="Filen er tom"):
        run(tmp_path / "tom.csv")
    with pytest.raises(CommandError, match="årstall fra 1990"):
        run(year=1905)
