"""The 41 tables counted by hand from plain rows, one row after the other: what the engine's are compared with.

Nothing of the engine is used here. What it should say is said once more, as plainly as possible.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from tests.grants.table_answers import OPTIONS, SEVERAL, Answers, Received, Unit

Json = dict[str, Any]
ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"


@dataclass
class Asked:
    """All rows there are, and what a table is asked for."""

    units: list[Unit]
    received: list[Received]
    year: int
    region: str = ""
    today: bool = False
    published: dict[int, dict[int, dict[str, Decimal]]] = field(default_factory=dict)  # by table, year and option

    def owner(self, one: Received) -> Unit:
        unit = self.units[one.unit]
        return self.units[unit.successor] if self.today and unit.successor is not None else unit

    def here(self, year: int) -> list[Received]:
        return [
            one for one in self.received
            if one.year == year and not one.elsewhere and self.region in ("", self.owner(one).region)
        ]  # fmt: skip

    def grants(self, year: int) -> list[Received]:
        return [one for one in self.here(year) if one.state in ("granted", "reported", "closed")]

    def reports(self, year: int) -> list[Received]:
        return [one for one in self.here(year) if one.report in ("submitted", "accepted")]

    def rows(self, question: str, year: int | None = None) -> list[Answers]:
        """The forms that ask the question, each with the region it is of."""
        reports = self.reports(year or self.year)
        if question in reports_ask():
            return [{**one.answers, "region": self.owner(one).region} for one in reports]
        return [{**form, "region": self.owner(one).region} for one in reports for form in one.measures]

    def by_owner(self, rows: list[Received]) -> dict[str, list[Received]]:
        found: dict[str, list[Received]] = {}
        for one in rows:
            found.setdefault(self.owner(one).name, []).append(one)
        return found


def reports_ask() -> set[str]:
    return {
        "decided_by", "cooperated_with", "follows_up_measures", "goals_reached", "reason_not_reached",
        "reached_expected_number", "reached_target_groups", "user_influence", "feedback_system", "anchored_in_plan",
        "earlier_measures_now_ordinary",
    }  # fmt: skip


def share(part: Any, whole: int, decimals: int = 0) -> int | float | None:
    if whole == 0:
        return None
    with localcontext(prec=60):
        exact = (Decimal(part) / whole).quantize(Decimal(10) ** -decimals, ROUND_HALF_UP)
    return int(exact) if exact == int(exact) else float(exact)


def percent(part: int, whole: int) -> int | float | None:
    return share(100 * part, whole)


def norwegian(name: str) -> list[int]:
    return [ALPHABET.find(letter) for letter in name.lower()]


def amount(one: Received) -> Decimal:
    told = one.answers["amount_received_nok"] if one.report in ("submitted", "accepted") else None
    return one.awarded if told is None else told


def active(ones: list[Received]) -> int | None:
    """What a unit has of active measures, with those it is made of."""
    told = [one.answers["active_measures"] for one in ones if one.report in ("submitted", "accepted")]
    answered = [number for number in told if number is not None]
    return sum(answered) if answered else None


def chose(row: Answers, question: str, code: str) -> bool:
    return code in row[question] if question in SEVERAL else row[question] == code


def split(rows: list[Answers], *questions: str) -> tuple[list[Answers], int]:
    """Those that answered all of the questions, and how many did not."""
    answered = [row for row in rows if all(row[question] not in ("", [], None) for question in questions)]
    return answered, len(rows) - len(answered)


def made(n: int | None, missing: int, rows: list[tuple[str, Json]], total: Json, **more: Any) -> Json:
    return {
        "n": n, "missing": missing, "rows": [{"label": label, "values": values} for label, values in rows],
        "total": total, **more,
    }  # fmt: skip


def amounts(asked: Asked) -> Json:
    units = asked.by_owner(asked.grants(asked.year))
    sums = {name: sum(amount(one) for one in ones) for name, ones in units.items()}
    rows = [(name, {"beløp": share(sums[name], 1)}) for name in sorted(sums, key=norwegian)]
    return made(len(sums), 0, rows, {"beløp": share(sum(sums.values()), 1)})


def numbers_of_measures(asked: Asked) -> Json:
    told = [active(ones) for ones in asked.by_owner(asked.reports(asked.year)).values()]
    known = [number for number in told if number is not None]
    rows = [
        (str(number), {"antall": known.count(number), "prosent": percent(known.count(number), len(known))})
        for number in sorted(set(known))
    ]
    return made(len(known), len(told) - len(known), rows, {"antall": len(known), "prosent": 100 if known else None})


def mean_over_years(table: int, asked: Asked) -> Json:
    values, bases, missing = {}, {}, 0
    published = {} if asked.region else asked.published.get(table, {})
    for year in range(2000, asked.year + 1):
        if table == 3:
            told = [active(ones) for ones in asked.by_owner(asked.reports(year)).values()]
        else:
            told = [sum(amount(one) for one in ones) for ones in asked.by_owner(asked.grants(year)).values()]
        known = [number for number in told if number is not None]
        if told:
            values[str(year)] = share(sum(known), len(known), 1 if table == 3 else 0)
            bases[str(year)], missing = len(known), len(told) - len(known) if year == asked.year else 0
        elif year in published:
            values[str(year)], bases[str(year)] = share(published[year].get("", 0), 1, 1), None
        elif year == asked.year:
            values[str(year)], bases[str(year)] = None, None
    now = bases[str(asked.year)]
    n = 0 if now is None and asked.year not in published else now
    return made(n, missing, [("Gjennomsnitt", values)], {}, **with_bases(bases))


def with_bases(bases: Json) -> Json:
    return {"bases": bases} if any(base is not None for base in bases.values()) else {}


def count_and_percent(question: str) -> Callable[[Asked], Json]:
    def table(asked: Asked) -> Json:
        answered, missing = split(asked.rows(question), question)
        n, rows = len(answered), []
        for code, label in OPTIONS[question].items():
            count = sum(chose(row, question, code) for row in answered)
            rows.append((label, {"antall": count, "prosent": percent(count, n)}))
        hundred = 100 if n and question not in SEVERAL else None
        return made(n, missing, rows, {"antall": n, "prosent": hundred})

    return table


def percent_over_years(table: int, question: str, without: str = "") -> Callable[[Asked], Json]:
    options = {code: label for code, label in OPTIONS[question].items() if code != without}

    def made_of(asked: Asked) -> Json:
        published = {} if asked.region else asked.published.get(table, {})
        columns, bases, missing = {}, {}, 0
        for year in range(2000, asked.year + 1):
            asked_that_year = asked.rows(question, year)
            if asked_that_year:
                answered, open_ = split(asked_that_year, question)
                shown = [row for row in answered if not without or row[question] != without]
                counts = {code: sum(chose(row, question, code) for row in shown) for code in options}
                columns[str(year)] = {code: percent(count, len(shown)) for code, count in counts.items()}
                bases[str(year)], missing = len(shown), open_ if year == asked.year else 0
            elif year in published:
                columns[str(year)] = {code: share(published[year][code], 1) for code in published[year]}
                bases[str(year)] = None
            elif year == asked.year:
                columns[str(year)], bases[str(year)] = {}, None
        rows = [
            (label, {year: column.get(code) for year, column in columns.items()}) for code, label in options.items()
        ]
        hundreds = {year: 100 if bases[year] or (bases[year] is None and columns[year]) else None for year in columns}
        now = bases[str(asked.year)]
        n = 0 if now is None and asked.year not in published else now
        return made(n, missing, rows, {} if question in SEVERAL else hundreds, **with_bases(bases))

    return made_of


def down(question: str, by: str) -> Callable[[Asked], Json]:
    def table(asked: Asked) -> Json:
        rows = asked.rows(question)
        columns: dict[str, list[Answers]] = {}
        if by == "region":
            answered, missing = split(rows, question)
            for region in regions(row["region"] for row in rows):
                columns[region or "Uten region"] = [row for row in answered if row["region"] == region]
            if not asked.region:
                columns["Hele landet"] = answered
        else:
            answered, missing = split(rows, question, by)
            for code, label in OPTIONS[by].items():
                columns[label] = [row for row in answered if row[by] == code]
        lines = [
            (
                label,
                {
                    key: percent(sum(chose(row, question, code) for row in column), len(column))
                    for key, column in columns.items()
                },
            )
            for code, label in OPTIONS[question].items()
        ]
        bases = {key: len(column) for key, column in columns.items()}
        hundreds = {key: 100 if base else None for key, base in bases.items()}
        return made(len(answered), missing, lines, hundreds, **with_bases(bases))

    return table


def regions(found: Any) -> list[str]:
    return sorted(set(found), key=lambda region: (region == "", norwegian(region)))


def across(question: str, by: str) -> Callable[[Asked], Json]:
    def line(rows: list[Answers]) -> Json:
        shares = {
            label: percent(sum(chose(row, question, code) for row in rows), len(rows))
            for code, label in OPTIONS[question].items()
        }
        return {**shares, "n": len(rows)}

    def table(asked: Asked) -> Json:
        rows = asked.rows(question)
        if by == "region":
            answered, missing = split(rows, question)
            groups = {region: region or "Uten region" for region in regions(row["region"] for row in rows)}
        else:
            answered, missing = split(rows, question, by)
            groups = OPTIONS[by]
        lines = [(label, line([row for row in answered if row[by] == code])) for code, label in groups.items()]
        return made(len(answered), missing, lines, line(answered))

    return table


def means(question: str, number: str) -> Callable[[Asked], Json]:
    def line(rows: list[Answers]) -> Json:
        return {"gjennomsnitt": share(sum(row[number] for row in rows), len(rows)), "n": len(rows)}

    def table(asked: Asked) -> Json:
        answered, missing = split(asked.rows(question), question, number)
        lines = [
            (label, line([row for row in answered if row[question] == code]))
            for code, label in OPTIONS[question].items()
        ]
        return made(len(answered), missing, lines, line(answered))

    return table


def in_regions(asked: Asked) -> Json:
    def line(ones: list[Received]) -> Json:
        units = asked.by_owner(ones)
        told = [number for number in map(active, units.values()) if number is not None]
        return {
            "beløp": share(sum(amount(one) for one in ones), len(units)), "tiltak": share(sum(told), len(told), 1),
            "antall": len(units),
        }  # fmt: skip

    ones = asked.grants(asked.year)
    lines = [
        (region or "Uten region", line([one for one in ones if asked.owner(one).region == region]))
        for region in regions(asked.owner(one).region for one in ones)
    ]
    units = asked.by_owner(ones)
    missing = sum(active(each) is None for each in units.values())
    return made(len(units), missing, lines, line(ones))


TABLES: dict[int, tuple[str, Callable[[Asked], Json]]] = {
    1: ("Kommuner med tiltaksmidler og beløp", amounts),
    2: ("Antall aktive tiltak i rapporteringsåret", numbers_of_measures),
    3: ("Aktive tiltak per kommune, gjennomsnitt per år", lambda asked: mean_over_years(3, asked)),
    4: ("Gjennomsnittlig overføring per kommune/bydel per år", lambda asked: mean_over_years(4, asked)),
    5: ("Beslutning om fordeling av midler", percent_over_years(5, "decided_by")),
    6: ("Andel tiltak der etaten er med i utvelgelse av deltakere", count_and_percent("recruited_by")),
    7: ("Samarbeidspartnere", count_and_percent("cooperated_with")),
    8: ("Samarbeid per år", percent_over_years(8, "cooperated_with")),
    9: ("Rettet mot enkelte eller åpent for alle", count_and_percent("targeting")),
    10: ("Primær målgruppe", count_and_percent("primary_target_group")),
    11: (
        "Primært rettet mot barn/familier med innvandrerbakgrunn", count_and_percent("immigrant_background_primary")
    ),
    12: ("Målsetting for tiltakene", count_and_percent("goal_category")),
    13: ("Målsetting per år, uten «annet»", percent_over_years(13, "goal_category", without="other")),
    14: ("Målsetting å få foreldre i jobb", count_and_percent("aims_parents_into_work")),
    15: ("Primært rettet mot flyktning-/innvandrerbakgrunn", count_and_percent("immigrant_background_primary")),
    16: ("Åpent eller målrettet etter innvandrerretting", down("targeting", "immigrant_background_primary")),
    17: ("Foreldre i jobb etter innvandrerretting", down("aims_parents_into_work", "immigrant_background_primary")),
    18: ("Type tiltak etter innvandrerretting", down("goal_category", "immigrant_background_primary")),
    19: ("Målgruppe etter innvandrerretting", down("primary_target_group", "immigrant_background_primary")),
    20: ("Størrelse på tilskudd til enkelttiltak", count_and_percent("budget_class")),
    21: ("Målsetting og budsjett", means("goal_category", "budget_nok")),
    22: ("Foreldre i jobb og budsjett", means("aims_parents_into_work", "budget_nok")),
    23: ("Målgruppe og budsjett", means("primary_target_group", "budget_nok")),
    24: ("Innvandrerretting og budsjett", means("immigrant_background_primary", "budget_nok")),
    25: ("Tiltaksmidler og antall tiltak i regionene", in_regions),
    26: ("Type tiltak i regionene", down("goal_category", "region")),
    27: ("Innvandrerretting i regionene", down("immigrant_background_primary", "region")),
    28: ("Foreldre i jobb i regionene", down("aims_parents_into_work", "region")),
    29: ("Oppfølging av tiltakene i kommunene", count_and_percent("follows_up_measures")),
    30: ("Aktuelt å videreføre tiltaket neste år", count_and_percent("continue_next_year")),
    31: ("Videreføring etter type tiltak", across("continue_next_year", "goal_category")),
    32: ("Måloppnåelse", count_and_percent("goals_reached")),
    33: ("Årsaker til manglende måloppnåelse", count_and_percent("reason_not_reached")),
    34: ("Antall barn og unge nådd", means("targeting", "children_reached")),
    35: ("Nådde antallet man forventet", count_and_percent("reached_expected_number")),
    36: ("Nådde de tenkte målgruppene", count_and_percent("reached_target_groups")),
    37: ("Brukermedvirkning", count_and_percent("user_influence")),
    38: ("System for tilbakemelding", count_and_percent("feedback_system")),
    39: ("Forankring i plan", count_and_percent("anchored_in_plan")),
    40: ("Forankring etter region", across("anchored_in_plan", "region")),
    41: ("Tidligere tiltak nå i ordinært tilbud", count_and_percent("earlier_measures_now_ordinary")),
}  # fmt: skip


def by_hand(number: int, asked: Asked) -> Json:
    title, table = TABLES[number]
    return {"number": number, "title": title, **table(asked)}
