"""The content of a yearly report on grants with something of everything, as it is frozen."""

from typing import Any

Json = dict[str, Any]
HOSTILE = "<script>alert(1)</script>"


def cell(key: str, shown: str = "number", value: int | None = None, on: str | None = None) -> Json:
    return {"key": key, "shown": shown, "value": value, "on": on}


def make_content(grants: int = 3, measures: int = 3, years: int = 4) -> Json:
    """`grants` that were awarded beside one that was refused; a table over `years`."""
    awarded = [make_grant(number, measures) for number in range(1, grants + 1)]
    refused = make_grant(grants + 1, 0) | {"is_awarded": False, "state": "refused", "state_label": "Avslått"}
    refused["money"] = money(None)
    return {
        "schema": 2,
        "kind": "yearly_grants",
        "title": "Årsrapport om tilskudd 2009",
        "subject": "Pengene, tiltakene og rapportene",
        "municipality": {"name": "Prøvevik", "number": "9999", "region": ""},
        "case_number": "10/123",
        "period": {"code": "2009", "label": "2009", "start": "2009-01-01", "end": "2009-12-31"},
        "as_of": "2010-05-10",
        "counted_on": "2010-05-10",
        "closed_on": "2010-05-10",
        "proposed_decision": "Prøve vedtak.",
        "summary": "Prøve sammendrag.",
        "five": five(),
        "late": [
            {"kind": "missing", "id": "tilskudd1", "title": "Ordning 1, Enhet 1", "what": "Rapporten er ikke sendt",
             "due": "2010-03-01", "done_on": None},
            {"kind": "sent_late", "id": "tilskudd2", "title": "Ordning 2, Enhet 2", "what": "Rapporten ble sendt for sent",
             "due": "2010-03-01", "done_on": "2010-03-20"},
        ],
        "turned_down": [
            {"kind": "refused", "id": f"tilskudd{grants + 1}", "title": "Ordning 9, Enhet 9", "on": "2009-03-01",
             "is_open": False, "reason": "Prøve avslag."},
            {"kind": "returned", "id": "tilskudd1", "title": "Ordning 1, Enhet 1", "on": "2010-04-01", "is_open": True,
             "reason": "Prøve retur."},
        ],
        "money": {"applied": 2_000_000, "awarded": 1_900_000, "carried_over": 13_000, "spent": 887_000, "left": 26_000,
                  "known": 1, "grants": grants},
        "children": cell("children:year:2009", value=1234),
        "grants": [*awarded, refused],
        "ordinary": [{"id": "vanlig", "title": "Prøve ordinært", "unit": "Enhet 1"}],
        "tables": [make_table(), make_series(years)],
        "changes": changes(),
        "counts": [cell("children:year:2009", value=1234)],
        "count_sums": [],
    }  # fmt: skip


def five() -> list[Json]:
    def figure(key: str, value: int | None, place: str, own: Json | None = None) -> Json:
        return {
            "key": key, "label": f"Tall {key}", "value": value, "note": "prøve merknad", "cell": own, "place": place,
            "change": "12 flere enn i 2008",
        }  # fmt: skip

    return [
        figure("received", 12_345_678, "penger"),
        figure("measures", 9, "tiltakene"),
        figure("children", None, "tiltakene", cell("children:year:2009", value=1234)),
        figure("ordinary", None, "ordinaer-drift"),
        figure("accepted", 1, "rapportene"),
    ]


def money(awarded: int | None) -> Json:
    spent = None if awarded is None else awarded - 13_000
    return {
        "applied": 700_000, "awarded": awarded, "carried_over": None, "available": awarded, "budgeted": awarded or 0,
        "spent": spent, "source": "accounts" if spent else "", "source_label": "oppgitt fra regnskapet" if spent else "",
        "left": None if spent is None else 13_000, "shared": ["Delt prosjekt"] if awarded else [],
    }  # fmt: skip


def make_grant(number: int, measures: int) -> Json:
    counts = [cell("a", "under"), cell("b", "withheld"), cell("c", value=12, on="2009-12-31")]
    return {
        "id": f"tilskudd{number}",
        "scheme": f"Ordning {number} mot fattigdom blant barn og unge",
        "funder": "Prøvedirektoratet",
        "unit": f"Enhet {number}",
        "holder": "Prøvekontoret",
        "title": f"Ordning {number}, Enhet {number}",
        "state": "granted",
        "state_label": "Innvilget",
        "is_awarded": True,
        "money": money(600_000 + number),
        "measures": [make_measure(number, n, counts[n % 3]) for n in range(measures)],
        "children": cell(f"children:grant:tilskudd{number}", "withheld"),
        "answers": [{"key": "goals_reached", "label": "Måloppnåelse", "text": "alle målsettinger"}],
        "feedback": "Prøve tilbakemelding.",
        "report": {
            "state": ("accepted", "submitted", "returned", "draft")[number % 4], "label": f"Tilstand {number}",
            "is_here": number != 2, "due": "2010-03-01", "sent_on": "2010-02-20", "accepted_on": None, "is_late": number == 1,
        },
    }  # fmt: skip


def make_measure(grant: int, number: int, children: Json) -> Json:
    linked = {"kind": "measure", "kind_label": "Tiltak i plan", "title": f"Plantiltak {number}", "plan": "Prøveplanen"}
    return {
        "id": f"tiltak{grant}{number}",
        "title": f"Tilskuddstiltak {grant}.{number}",
        "linked": linked if number else None,
        "budget": 100_000 if number else None,
        "size": "" if number else "over 100.000",
        "children": children | {"key": f"children:{grant}{number}"},
        "answers": [{"key": "targeting", "label": "Rettet mot", "text": "åpent for alle"}],
        "text": f"Prøve beskrivelse {grant}.{number}.",
    }


def make_table() -> Json:
    rows = [
        {"label": f"svar {n}", "cells": [{"text": str(n), "column": "Antall"}, {"text": "50 %", "column": "Prosent"}]}
        for n in range(1, 6)
    ]
    return {
        "number": 12, "name": "Tabell 12", "title": "Målsetting for tiltakene", "caption": "Antall og prosent, 2009",
        "head": "Målsetting", "questions": [], "columns": ["Antall", "Prosent"], "rows": rows,
        "total": {"label": "I alt", "cells": rows[0]["cells"]}, "bases": None, "answered": "6 av 7 tiltak har svar.",
        "notes": ["Prosent er rundet av."], "is_crowded": False, "is_empty": False, "is_long": False, "is_wide": False,
        "chart": None, "id": "tabell-ordning-12", "scheme": {"id": "ordning", "name": "Prøveordningen"}, "values": {},
    }  # fmt: skip


def make_series(years: int) -> Json:
    columns = [str(2010 - years + n) for n in range(years)]
    row = {"label": "Gjennomsnitt", "cells": [{"text": "1 200 000", "column": year} for year in columns]}
    return make_table() | {
        "number": 4, "name": "Tabell 4", "title": "Overføring per år", "head": "", "columns": columns, "rows": [row],
        "total": None, "is_wide": years > 7, "id": "tabell-ordning-4", "answered": "Bare kommunens egne tall.",
    }  # fmt: skip


def changes() -> Json:
    head = {"id": "tilskudd1", "title": "Ordning 1, Enhet 1"}
    return {
        "since": {"title": "Årsrapport om tilskudd 2008", "label": "2008"},
        "new": [head],
        "gone": [head | {"title": "Borte, Enhet 1"}],
        "amounts": [head | {"from": 300_000, "to": 280_000}],
        "new_measures": [{"id": "tiltak10", "title": "Nytt tiltak"}],
        "gone_measures": [{"id": "x", "title": "Gammelt tiltak"}],
        "children": [{"id": "tiltak11", "title": "Tiltak med flere", "from": 30, "to": 42}],
        "five": [],
        "nothing": False,
    }
