"""The PDF of a frozen copy: what stands in it, and that it can be read by everyone."""

import itertools
import logging
import os
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from pypdf import PdfReader

from organisation.pdf import render
from reporting.domain.changes import changes
from tests.reporting.frozen_content import (
    LABELS,
    LONG_WORD,
    empty_content,
    first_schema_content,
    hostile_content,
    make_content,
    make_goal,
    make_measure,
    protected,
)

TEMPLATE = "reporting/pdf/report.html"


def make_pdf(content, out: Path) -> PdfReader:
    render.render_pdf(TEMPLATE, content, out, on_progress=lambda step, percent: None)
    return PdfReader(out)


def build_html(content) -> str:
    return render.build_html(TEMPLATE, content)


def words(reader: PdfReader) -> str:
    return re.sub(r"\s+", " ", "\n".join(page.extract_text() for page in reader.pages))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pdf")


@pytest.fixture(scope="module")
def reader(folder):
    return make_pdf(make_content(), folder / "report.pdf")


def test_the_parts_stand_in_order(reader):
    text = words(reader)
    first, body = first_page_of(reader), text[text.index("Det går framover.") :]
    for part in ("Prøvevik kommune", "Saksframlegg", "Statusrapport 1. halvår 2011", "11/26497", "Forslag til vedtak"):
        assert part in first
    parts = ["Oppfølging av vedtak", "Status i tall", "Forfalte frister og evalueringer", "Tiltak uten rapport"]
    parts += ["Resultatmål", "Tall for hele planen"]
    parts += ["Familier i kommunen", "Tilstanden under hvert mål", "Mål for mål", "Mål 1: Prøvemål 1"]
    parts += ["Mål 2: Prøvemål 2", "Strategi 2 b: Prøvemål 2 b", "Mål 3: Prøvemål 3", "Om planen", "Hovedmål"]
    parts += ["Slik er små tall skjermet", "Vedlegg: loggen for perioden"]
    places = [body.rindex(part) for part in parts]
    assert places == sorted(places)


def first_page_of(reader: PdfReader) -> str:
    return re.sub(r"\s+", " ", reader.pages[0].extract_text())


def test_the_first_page_has_what_a_board_needs_and_nothing_more(reader):
    first = first_page_of(reader)
    for part in (
        "Formannskapet tar rapporten til orientering.", "2 av 7", "i drift eller gjennomført", "første rapport",
        "1 838", "Prøvetall, 2011", "kan ikke sammenlignes med 2010", "Grunnlag: gjennomsnitt måned 1-4",
        "Prøvemål 1", "Prøvemål 2", "Prøvemål 3", "Dette er forfalt", "Prøvetiltak 2: evaluering 31. mai 2011",
        "Gitt opp", "Prøvetiltak 3: lot seg ikke gjennomføre. Ingen tilbud kom inn.",
    ):  # fmt: skip
        assert part in first, part
    assert "Sammendrag" not in first and "Innhold" not in first
    assert "Innhold" in reader.pages[1].extract_text()


@pytest.mark.parametrize("goals", [1, 11, 16, 40])
def test_the_first_page_is_one_page_whatever_the_plan_is_like(goals, tmp_path):
    """Long titles, a long proposal, more that is late and given up than there is room for."""
    long = "Ingen barn skal oppleve å bli satt utenfor fellesskapet på grunn av dårlig økonomi i familien " * 2
    measures = [make_measure(n, title=long, state="stopped", state_reason=long * 3) for n in range(9)]
    overdue = [
        {"id": n, "measure": long, "goal": "1", "unit": long, "what": "deadline", "due": "2011-05-01", "cadence_label": "Frist"}
        for n in range(9)
    ]  # fmt: skip
    content = make_content(
        goals=[make_goal(str(n), title=long, measures=measures if n == 1 else []) for n in range(1, goals + 1)],
        overdue=overdue, log=[], proposed_decision="\n\n".join([long * 2] * 6),
    )  # fmt: skip
    pages = make_pdf(content, tmp_path / "report.pdf").pages
    first, second = (re.sub(r"\s+", " ", page.extract_text()) for page in pages[:2])
    assert "og 4 til, se side" in first and "og 6 til, se side" in first and "Les hele forslaget, se side" in first
    assert ("og 24 mål til" in first) == (goals == 40)
    assert second.startswith("Arkivsaksnummer 11/26497") and "Innhold" in second


def test_what_has_changed_stands_in_the_report(tmp_path):
    before = make_content()
    before["period"] = {**before["period"], "label": "2. halvår 2010"}
    before["goals"][1]["children"][0]["measures"][2] |= {"state": "in_progress", "state_label": "Under arbeid"}
    before["goals"][0]["measures"][0]["targets"][0]["result"] = protected(20)
    before["overdue"] = []
    found = changes(before, make_content())
    text = words(make_pdf(make_content(changes=found), tmp_path / "report.pdf"))
    part = text[text.index("Sammenlignet med rapporten for 2. halvår 2010") :]
    for sentence in (
        "Prøvetiltak 7 Under arbeid Stoppet", "Prøvetiltak 2: evaluering, hvert halvår, 31. mai 2011",
        "deltakere Prøvetiltak 1 20 38 +18",
    ):  # fmt: skip
        assert sentence in part, sentence


def test_a_resolution_is_followed_up_point_by_point(reader):
    text = words(reader)
    part = text[text.rindex("Oppfølging av vedtak") :]
    for sentence in ("Formannskapet 8. februar 2011 sak 11/300", "1. juni 2011 ikke holdt", "2. mai 2011: Ringte rundt.",
                     "Lukket 1. juli 2011. Talt opp."):  # fmt: skip
        assert sentence in part, sentence


def test_a_protected_count_is_printed_as_it_may_be(tmp_path):
    measure = make_measure(1)
    measure["targets"] = [
        {"key": f"target:{n}", "name": name, "unit": "", "target": 50, "result": value, "entries": 0}
        for n, (name, value) in enumerate(
            {
                "få": protected(None, "under"),
                "skjult": protected(None, "withheld"),
                "eldre": {"shown": "number", "value": 12, "on": "2011-02-01"},
            }.items()
        )
    ]
    text = words(
        make_pdf(make_content(goals=[make_goal("1", measures=[measure])], overdue=[], log=[]), tmp_path / "report.pdf")
    )
    for sentence in ("få 50 <5", "skjult 50 vises ikke", "eldre 50 12 per 1. februar 2011"):
        assert sentence in text, sentence
    for sentence in ("Resultat: <5. Mål: 50.", "Resultat: 12 per 1. februar 2011. Mål: 50."):
        assert sentence in text, sentence


def test_a_report_of_the_first_schema_is_shown_as_it_was(tmp_path):
    text = words(make_pdf(first_schema_content(), tmp_path / "report.pdf"))
    for part in ("Statusrapport 1. halvår 2011", "Formannskapet tar rapporten til orientering.", "Innhold", "1 838"):
        assert part in text, part
    for part in ("Tallene som betyr noe", "Endret siden", "Slik er små tall skjermet"):
        assert part not in text, part


def test_each_figure_says_what_it_was_made_from_and_leads_there_where_one_may_follow():
    content = {"content": make_content()}
    body = render_to_string("reporting/_report_body.html", content)
    assert '<span class="report-figure" data-key="target:1">38</span>' in body
    linked = render_to_string(
        "reporting/_report_body.html", content | {"figures_url": "/rapporter/x/versjoner/1/tall/"}
    )
    assert 'data-key="target:1" href="/rapporter/x/versjoner/1/tall/target%3A1/"' in linked


def test_the_contents_list_the_chapters_in_their_order():
    for content in (make_content(), empty_content(), first_schema_content()):
        html = build_html(content)
        contents = html[html.index('class="report-contents"') : html.index("<main>")]
        linked = re.findall(r'<a class="ds-link" href="#([\w-]+)"', contents)
        chapters = re.findall(r'<section id="([\w-]+)" class="report-chapter', html)
        assert [key for key in linked if not key.startswith("mal-")] == chapters
        assert chapters[-1] == "logg"


def test_it_says_which_day_states_and_deadlines_are_of(reader):
    day = "Tilstand og frister per 15. august 2011"
    text = words(reader)
    assert day in re.sub(r"\s+", " ", reader.pages[1].extract_text())
    for chapter in ("Status i tall", "Forfalte frister og evalueringer"):
        assert text[text.rindex(chapter) + len(chapter) :].lstrip().startswith(day)
    assert words_of(empty_content()).count(day) == 3


def words_of(content) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", build_html(content)))


def test_a_missing_figure_is_a_word(reader):
    text = words(reader)
    assert re.search(r"Indikator 2 \(personer\) mangler\s*a 465 390 Sum mangler\s*b 1 923 1 838", text)
    assert "a: utrullingsfase" in text and "b: kan ikke summeres, et tall mangler" in text


def test_the_small_print_is_sentences():
    small = re.search(r'<ul class="report-small">.*?</ul>', build_html(make_content()), re.DOTALL)
    text = " ".join(re.sub("<[^>]+>", "", small[0]).split())
    assert text.startswith("Ansvarlig: Prøvekontoret. Samarbeider med: Prøvebanken og Prøvelaget. Type tiltak: avhj")
    assert "ut fra antall deltakere. Neste evaluering: 31. desember 2011. 2 loggføringer i vedlegget." in text


def test_states_figures_and_gaps_are_shown(reader):
    text = words(reader)
    for label in LABELS.values():
        assert label in text
    assert "1 838" in text and "12 345" in text and "60,5" in text
    assert "ulikt grunnlag" in text and "2009 og 2010: gjennomsnitt måned 1-8; 2011: gjennomsnitt måned 1-4" in text
    assert "utrullingsfase" in text
    assert "Omtalt under mål 1" in text
    assert "Evalueringen forfalt 31. mai 2011" in text
    assert "Enheten har ikke rapportert for perioden." in text


def test_every_page_is_numbered(reader):
    count = len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        assert f"Side {number} av {count}" in page.extract_text()


def test_the_contents_give_the_right_pages(reader):
    first = re.sub(r"\s+", " ", reader.pages[1].extract_text())
    for title in ("Mål 1: Prøvemål 1", "Vedlegg: loggen for perioden"):
        number = int(re.search(re.escape(title) + r"[ .]*(\d+)", first)[1])
        assert title in re.sub(r"\s+", " ", reader.pages[number - 1].extract_text())


def test_bookmarks_follow_the_headings(reader):
    def titles(nodes):
        return [titles(node) if isinstance(node, list) else node.title for node in nodes]

    outline = titles(reader.outline)
    assert outline[:2] == ["Forslag til vedtak", "Tallene som betyr noe"]
    assert outline.index("Sammendrag") < outline.index("Mål for mål")
    goals = outline[outline.index("Mål for mål") + 1]
    assert [title for title in goals if isinstance(title, str)] == [f"Mål {n}: Prøvemål {n}" for n in (1, 2, 3)]
    assert "Strategi 2 b: Prøvemål 2 b" in goals[goals.index("Mål 2: Prøvemål 2") + 1]


def test_the_file_is_tagged_norwegian_and_says_who_wrote_it(reader):
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "nb"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/IDTree" in root["/StructTreeRoot"]
    assert reader.metadata.title == "Statusrapport 1. halvår 2011: Prøveplanen"
    assert reader.metadata.author == "Prøvevik kommune"
    assert reader.metadata.get("/CreationDate") == "D:20110815"
    xmp = root["/Metadata"].get_data()
    assert b'pdfuaid:part="1"' in xmp and b'pdfaid:part="3"' in xmp


def test_page_margins_are_artifacts_and_links_have_a_text(reader):
    for page in reader.pages:
        drawn = page.get_contents().get_data()
        assert b"/Artifact\n\nBMC" in drawn
        for annotation in page.get("/Annots", []):
            assert annotation.get_object()["/Contents"]


def test_headings_are_never_skipped():
    for content in (make_content(), hostile_content()):
        levels = [int(level) for level in re.findall(r"<h([1-6])", build_html(content))]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_same_content_gives_the_same_bytes(folder, reader):
    make_pdf(make_content(), folder / "again.pdf")
    assert (folder / "again.pdf").read_bytes() == (folder / "report.pdf").read_bytes()
    make_pdf(make_content(summary="Noe annet."), folder / "other.pdf")
    assert (folder / "other.pdf").read_bytes() != (folder / "report.pdf").read_bytes()


@pytest.mark.parametrize("make", [make_content, empty_content, hostile_content, first_schema_content])
def test_weasyprint_has_nothing_to_complain_about(make, tmp_path, caplog):
    with caplog.at_level(logging.WARNING, logger="organisation.pdf.render"):
        make_pdf(make(), tmp_path / "report.pdf")
    assert [record.getMessage() for record in caplog.records] == []


def test_an_empty_plan_says_so(tmp_path):
    text = words(make_pdf(empty_content(), tmp_path / "report.pdf"))
    for sentence in (
        "Planen har ingen mål.",
        "Ingen frister eller evalueringer har forfalt.",
        "Ingen loggføringer i perioden.",
    ):
        assert sentence in text


def test_hostile_text_stays_text(tmp_path):
    reader = make_pdf(hostile_content(), tmp_path / "report.pdf")
    text = words(reader)
    assert "<script>alert(1)</script><img src=file:///etc/passwd>" in text
    assert "{{ content }}{% now 'Y' %}&lt;b&gt;" in text
    assert "root:" not in text
    assert LONG_WORD in text.replace(" ", "")
    assert all(f"{number} <script>" in text for number in range(1, 200))
    # No address outside the document, neither as a link nor as a file.
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            assert "/URI" not in annotation.get_object().get("/A", {})


def test_there_is_no_style_attribute():
    root = Path(__file__).resolve().parents[3] / "templates" / "reporting"
    for path in [*root.rglob("pdf/*.html"), *root.rglob("report/*.html"), root / "_report_body.html"]:
        assert "style=" not in path.read_text(), os.fspath(path)


def test_the_families_own_answers_stand_with_their_days_and_nothing_small(reader):
    text = words(reader)
    assert "Antall familier som har svart dette minst én gang, til og med 1. august 2011" in text
    for shown in ("Ja 31", "Litt 12 per 1. mars 2011", "Nei <5", "Vet ikke vises ikke"):
        assert shown in text, shown


def test_a_copy_from_before_the_answers_were_counted_has_no_such_chapter():
    content = make_content()
    del content["family_answers"]
    assert "Familienes egne svar" not in build_html(content)
