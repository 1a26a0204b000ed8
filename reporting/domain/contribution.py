"""Contributions: what the responsible units say of their measures, made from the log and confirmed by a leader."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from measures.models import LogEntry, LogEntryQuerySet, LogFigure, Measure
from organisation.domain.errors import DomainError, StaleWrite
from organisation.domain.writing import acting, locked
from organisation.models import User
from reporting.models import Contribution, ReportRound
from reporting.periods import HalfYear


@dataclass(frozen=True)
class Standing:
    """A measure in a round: what has been said of it, and what the log says."""

    measure: Measure
    contribution: Contribution | None
    entries: list[LogEntry]

    @property
    def is_confirmed(self) -> bool:
        return self.contribution is not None and self.contribution.confirmed_at is not None

    @property
    def news(self) -> list[LogEntry]:
        """Entries written after the contribution was confirmed; they wait for a new confirmation."""
        if not self.is_confirmed:
            return []
        return [entry for entry in self.entries if entry.written_at > self.contribution.confirmed_at]  # type: ignore[union-attr, operator]

    @property
    def confirmed_entries(self) -> list[LogEntry]:
        if not self.is_confirmed:
            return []
        return [entry for entry in self.entries if entry.written_at <= self.contribution.confirmed_at]  # type: ignore[union-attr, operator]

    @property
    def text(self) -> str:
        """What was saved, or else the text made from the log."""
        return self.contribution.text if self.contribution else prefilled_text(self.entries)


def standings(round: ReportRound, measures: "list[Measure] | None" = None) -> list[Standing]:
    """Every measure of the round's plan (or those given) with its contribution and the period's entries; three queries."""
    if measures is None:
        measures = list(round.plan.measures.select_related("responsible_unit").prefetch_related("goals"))
    contributions = {
        row.measure_id: row
        for row in Contribution.objects.filter(round=round, measure__in=measures).select_related("confirmed_by")
    }
    entries: dict[int, list[LogEntry]] = {}
    for entry in entries_of(round.period).filter(measure__in=measures):
        entries.setdefault(entry.measure_id, []).append(entry)
    return [Standing(row, contributions.get(row.pk), entries.get(row.pk, [])) for row in measures]


def entries_of(period: HalfYear) -> LogEntryQuerySet:
    """The log of a half-year as it stands, oldest first, with its figures."""
    figures = LogFigure.objects.select_related("target")
    return (
        LogEntry.objects.current()
        .filter(happened_on__range=(period.first_day, period.last_day))
        .order_by("happened_on", "id")
        .prefetch_related(Prefetch("figures", queryset=figures))
    )


def prefilled_text(entries: list[LogEntry]) -> str:
    """A draft of the contribution: the entries' texts in the order things happened."""
    return "\n\n".join(entry.text.strip() for entry in entries)


def save_contribution(
    *, round: ReportRound, measure: Measure, text: str, confirm: bool, version: int, by: User
) -> Contribution:
    """Keep a text as a draft, or confirm it. `version` is 0 where nobody had saved a text when the user read it."""
    if measure.plan_id != round.plan_id:
        raise DomainError(_("Tiltaket hører til en annen plan."))
    if confirm and not text.strip():
        raise DomainError(
            _("Skriv en tekst før du bekrefter. Skriv «Ingen aktivitet» når det ikke har skjedd noe."), "text"
        )
    with acting(by, "contribution.confirm" if confirm else "contribution.save"):
        round = ReportRound.objects.select_for_update(no_key=True).get(pk=round.pk)
        if not round.is_open:
            raise DomainError(_("Runden er lukket. Teksten kan ikke endres lenger."))
        contribution = _row(round, measure, version)
        contribution.text = text
        contribution.confirmed_at = timezone.now() if confirm else None
        contribution.confirmed_by = by if confirm else None
        contribution.save()
    return contribution


def _row(round: ReportRound, measure: Measure, version: int) -> Contribution:
    # The round is locked, so that nobody makes the row between the look and the save.
    existing = Contribution.objects.filter(round=round, measure=measure).first()
    if existing is None:
        return Contribution(round=round, measure=measure)
    if version != existing.version:
        raise StaleWrite(existing)
    return locked(existing, version)
