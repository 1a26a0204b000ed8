"""The PDF of Trondheim 2011, from the demo's data through the real renderer: what the published report must hold."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from organisation.pdf.render import render_pdf
from reporting.demo.reading import read
from reporting.models import ReportVersion

pytestmark = pytest.mark.django_db

STATES = {
    "in_operation": "I ordinær drift",
    "in_progress": "Under arbeid",
    "planned": "Planlagt",
    "completed": "Gjennomført",
    "not_feasible": "Lot seg ikke gjennomføre",
    "overtaken": "Ikke lenger aktuelt",
}


@pytest.fixture
def pages(demo: None, tmp_path: Path) -> list[str]:
    content = ReportVersion.objects.get(report__municipality__name="Trondheim", report__year=2011).content
    path = tmp_path / "trondheim.pdf"
    render_pdf("reporting/pdf/report.html", content, path, on_progress=lambda step, percent: None)
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


def test_the_report_on_trondheim_2011(pages: list[str]) -> None:
    """One test, since the report is made once: goals and measures with states, totals, bases, what is missing."""
    facts = read("trondheim-2011.yaml")
    whole = " ".join(pages)
    body = whole[whole.rindex("Mål for mål") : whole.rindex("Vedlegg: loggen for perioden")]
    places = [body.index(f"Mål {goal['number']}: {goal['title']}") for goal in facts["goals"]]
    assert places == sorted(places)
    assert len(places) == 11
    measures = 0
    for place, end, goal in zip(places, [*places[1:], len(body)], facts["goals"], strict=True):
        part = body[place:end]
        for measure in goal["measures"]:
            measures += 1
            # In the goal's table, and again with its text: the title, then its state.
            found = [match.end() for match in re.finditer(re.escape(measure["title"]), part)]
            assert len(found) >= 2, measure["title"]
            assert part[found[-1] :].lstrip().startswith(STATES[measure["state"]]), measure["title"]
    assert measures == 38
    figures(body)


def figures(body: str) -> None:
    assert "1 838" in body
    assert "1848" not in body and "1 848" not in body
    assert "Tallene har ulikt grunnlag" in body
    assert "gjennomsnitt måned 1-8" in body and "gjennomsnitt måned 1-4" in body
    row = re.search(
        r"Deltakere i kvalifiseringsprogrammet \(KVP\) \(personer\) (.*?) I alt (.*?) a: utrullingsfase", body
    )
    assert row, "the row, the total and the remark on the missing figure"
    assert re.fullmatch(r"mangler\s*a 465 390", row[1]), row[1]
    assert re.fullmatch(r"mangler\s*b 1 923 1 838", row[2]), row[2]
    assert "b: kan ikke summeres, tall mangler" in body


def test_the_case_as_formannskapet_reads_it(pages: list[str]) -> None:
    first = pages[0]
    for part in ("Trondheim kommune", "Saksframlegg", "11/26497", "Forslag til vedtak", "22 av 38", "1 838"):
        assert part in first
    assert (
        "kan ikke sammenlignes med 2010" in first
        and "Politisk sak om alternative læringsarenaer: frist 30. juni" in first
    )
    for given_up in ("Samarbeid med bankforbindelse", "Rimelige boliger på kommunal tomt"):
        assert f"{given_up}: lot seg ikke gjennomføre." in first
    assert "Innhold" not in first and "Innhold" in pages[1]
    assert "Formannskapet tar statusoppdateringen for 2011 til orientering." in first
    whole = " ".join(pages)
    assert "Hovedmål" in whole
    assert whole.count("utrullingsfase") == 1
    assert (
        "Politisk sak om alternative læringsarenaer" in whole[whole.rindex("Forfalte frister og evalueringer") :][:400]
    )
