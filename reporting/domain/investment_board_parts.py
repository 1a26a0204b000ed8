"""Parts of the dashboards of social investments: who saves, what it hangs on, and the assumptions with their sources."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from organisation.charts import bars, norwegian
from reporting.domain.board import Section, Table
from reporting.domain.investment import Account, Estimate, Terms, sensitivity
from reporting.domain.sub_project_board_parts import brief, kroner
from reporting.models import InvestmentCase, Payer

MOST_DRAWN = 5  # assumptions in the tornado; the table has all


def estimate_warning() -> str:
    return _(
        "Dette er et anslag, ikke et regnskap over penger som er spart. Det er aldri sikrere enn forutsetningene, som står på "
        "siden med kilder. Se hva som skjer når hver av dem er lavere eller høyere."
    )


def percent(value: Decimal) -> str:
    return f"{norwegian(value)} %"


def payers_section(found: Account) -> Section:
    rows = [(payer, found.by_payer[payer]) for payer in Payer.values if payer in found.by_payer]
    chart = bars(
        id="chart-payers", title=_("Forventet besparelse etter hvem som sparer"), head=(_("Hvem"), _("Kroner")),
        rows=[
            *({"label": str(Payer(payer).label), "value": amount, "text": kroner(amount)} for payer, amount in rows),
            {"label": _("I alt"), "value": found.total, "text": kroner(found.total), "whole": True},
        ],
    ) if rows else None  # fmt: skip
    lead = ""
    if rows:
        own = found.net_of(Payer.MUNICIPALITY)
        text = (
            _("Bærer kommunen hele kostnaden, sparer den selv %(amount)s mer enn den betaler.")
            if own >= 0
            else _(
                "Bærer kommunen hele kostnaden, betaler den %(amount)s mer enn den selv sparer. Resten tilfaller andre."
            )
        )
        lead = text % {"amount": kroner(abs(own))}
    return Section(
        "payers", _("Hvem som sparer"), charts=[chart] if chart else (), lead=lead,
        empty=_("Legg til det som spares, så regnes gevinsten ut."),
    )  # fmt: skip


def sensitivity_section(terms: Terms, found: Account) -> Section:
    """Each assumption low and high, as a tornado: how far the net moves to the one side and to the other."""
    named = [(name_of(terms, swing.what), swing) for swing in sensitivity(terms)]
    rows = []
    for name, swing in named[:MOST_DRAWN]:
        for value, net in ((swing.low, swing.net_low), (swing.high, swing.net_high)):
            change = net - found.net
            text = f"+{brief(change)}" if change > 0 else brief(change) if change else _("ingen endring")
            rows.append({"label": f"{name} {written(swing.what, value)}", "value": change, "text": text})
    chart = bars(
        id="chart-sensitivity", title=_("Endring i netto når én forutsetning endres"), rows=rows, unit=_("kroner"),
        head=(_("Forutsetning"), _("Endring i netto")),
    )  # fmt: skip
    table = Table(
        [_("Forutsetning"), _("Lav"), _("Netto ved lav"), _("Høy"), _("Netto ved høy")],
        [
            [name, written(row.what, row.low), kroner(row.net_low), written(row.what, row.high), kroner(row.net_high)]
            for name, row in named
        ],
    )
    return Section(
        "sensitivity", _("Hva svaret henger på"), charts=[chart], table=table,
        lead=_(
            "Én forutsetning om gangen er lav eller høy, de andre står. Den som betyr mest, er øverst. De fem øverste er tegnet."
        ),
        note=_("Der det ikke er oppgitt lav og høy, er de 25 prosent under og over."),
    )  # fmt: skip


def name_of(terms: Terms, what: str | int) -> str:
    if isinstance(what, int):
        return terms.savings[what].name
    names = {
        "persons": _("Personer"), "share": _("Andel som lykkes"), "years": _("År virkningen varer"),
        "discount": _("Rente"), "cost": _("Kostnad"),
    }  # fmt: skip
    return names[what]


def written(what: str | int, value: Decimal) -> str:
    if what in ("share", "discount"):
        return percent(value)
    if what == "years":
        return _("%(years)s år") % {"years": norwegian(value)}
    return norwegian(value) if what == "persons" else kroner(value)


def assumptions_section(cases: Sequence[InvestmentCase]) -> Section:
    return Section(
        "assumptions", _("Forutsetningene"), table=assumptions_table(cases, names_owner=True),
        empty=_("Her kommer forutsetningene, med kilde, når det er laget et gevinstregnskap."),
    )  # fmt: skip


def assumptions_table(cases: Sequence[InvestmentCase], *, names_owner: bool) -> Table:
    rows = [([case.of.title] if names_owner else []) + line for case in cases for line in _lines(case)]
    head = [_("Forutsetning"), _("Verdi"), _("Lav og høy"), _("Kilde")]
    return Table([_("Gjelder"), *head] if names_owner else head, rows)


def _lines(case: InvestmentCase) -> list[list[str]]:
    share = Estimate(case.share, case.share_low, case.share_high)
    years = Estimate(Decimal(case.years), _decimal(case.years_low), _decimal(case.years_high))
    cost = [_("Kostnad"), kroner(case.cost), _usual(), case.cost_source] if case.cost is not None else [
        _("Kostnad"), _("det som er utbetalt"), _usual(), _("Regnskapet i delprosjektet"),
    ]  # fmt: skip
    return [
        [_("Kroner i året"), str(case.price_year), "–", ""],
        cost,
        [_("Personer som deltar"), norwegian(case.persons), _usual(), case.persons_source],
        [_("Andel som lykkes"), percent(case.share), _range(share, "share"), case.share_source],
        [_("År virkningen varer"), written("years", years.value), _range(years, "years"), case.years_source],
        [_("Kalkulasjonsrente"), percent(case.discount), _usual(), case.discount_source],
        *(
            [
                _of_payer(row.payer) % {"name": row.name, "payer": str(row.get_payer_display()).lower()},
                kroner(row.amount),
                _range(Estimate(row.amount, row.amount_low, row.amount_high), 0),
                row.source,
            ]
            for row in case.assumptions.all()
        ),
    ]


def _of_payer(payer: str) -> str:
    """What the state gets in tax, or a person in income, is nothing that they have saved."""
    if payer in (Payer.STATE, Payer.PERSON):
        return _("%(name)s, per person per år, tilfaller %(payer)s")
    return _("%(name)s, per person per år, spart av %(payer)s")


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _usual() -> str:
    return _("± 25 %")


def _range(estimate: Estimate, what: str | int) -> str:
    if not estimate.is_stated:
        return _usual()
    return f"{written(what, estimate.least)} – {written(what, estimate.most)}"
