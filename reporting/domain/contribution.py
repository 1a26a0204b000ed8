"""Contributions: what the responsible units say of their measures, made from the log and confirmed by a leader."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from measures.domain.plan import lock_plan
from measures.models import LogEntry, LogEntryQuerySet, LogFigure, Measure
from organisation.domain.errors import DomainError, StaleWrite
from organisation.domain.writing import acting, locked
from organisation.models import User
from organisation.periods import HalfYear
from reporting.domain.disclosure import LEAST
from reporting.models import Contribution, ReportRound


def counts_few(entry: LogEntry, people: Collection[int | None] = ()) -> bool:
    """Whether an entry counts one to four persons or families. `people`: targets that do so without saying it themselves.

    A table says `<5` of such a number, and the words of the entry, or those made of them, may well say which.
    """
    return any(
        0 < row.value < LEAST and (row.target.counts_people or row.target_id in people) for row in entry.figures.all()
    )


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
    def confirmed_entries(self) -> list[LogEntry]:
        """The entries that the leader saw when she confirmed, and that still stand as they did."""
        seen = set(self.contribution.confirmed_entries) if self.is_confirmed and self.contribution else set()
        return [entry for entry in self.entries if entry.pk in seen]

    @property
    def news(self) -> list[LogEntry]:
        """Entries that have come, or come in a new version, since the contribution was confirmed."""
        if not self.is_confirmed:
            return []
        confirmed = {entry.pk for entry in self.confirmed_entries}
        return [entry for entry in self.entries if entry.pk not in confirmed]

    @property
    def has_changed(self) -> bool:
        """Whether the log is another than the one that was confirmed: more, less or corrected."""
        if not self.is_confirmed or self.contribution is None:
            return False
        return {entry.pk for entry in self.entries} != set(self.contribution.confirmed_entries)

    @property
    def identifies_nobody(self) -> bool:
        """Whether the leader has said so of the text and the entries that she confirmed."""
        return self.is_confirmed and self.contribution is not None and self.contribution.identifies_nobody

    @property
    def small_entries(self) -> set[int]:
        """The confirmed entries that count few persons or families: somebody looks at their words once more."""
        return {entry.pk for entry in self.confirmed_entries if counts_few(entry)}

    @property
    def seen(self) -> str:
        """The entries on the page, for the form to send back: what is confirmed is what was read."""
        return " ".join(str(entry.pk) for entry in self.entries)

    @property
    def text(self) -> str:
        """What was saved, or else the text made from the log."""
        return self.contribution.text if self.contribution else prefilled_text(self.entries)


class LogHasChanged(DomainError):
    """Somebody logged, corrected or took back something while the leader was reading."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Loggen er endret siden du åpnet siden. Les det som står nå under «Loggført i perioden», og bekreft igjen."
            )
        )


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
    *,
    round: ReportRound,
    measure: Measure,
    text: str,
    confirm: bool,
    version: int,
    by: User,
    seen: Collection[int] | None = None,
) -> Contribution:
    """Keep a text as a draft, or confirm it. `version` is 0 where nobody had saved a text when the user read it.

    `seen` are the ids of the period's log entries that the user had before her; confirming is refused when the log has
    become another since. None: the caller has read the log herself (a load of a plan's history).
    """
    if measure.plan_id != round.plan_id:
        raise DomainError(_("Tiltaket hører til en annen plan."))
    if confirm and not text.strip():
        raise DomainError(
            _("Skriv en tekst før du bekrefter. Skriv «Ingen aktivitet» når det ikke har skjedd noe."), "text"
        )
    with acting(by, "contribution.confirm" if confirm else "contribution.save"):
        lock_plan(round.plan)  # nothing is logged between the look at the log and the save
        round = ReportRound.objects.select_for_update(no_key=True).get(pk=round.pk)
        if not round.is_open:
            raise DomainError(_("Runden er lukket. Teksten kan ikke endres lenger."))
        contribution = _row(round, measure, version)
        current = list(entries_of(round.period).filter(measure=measure).values_list("pk", flat=True))
        if confirm and seen is not None and set(seen) != set(current):
            raise LogHasChanged
        contribution.text = text
        contribution.confirmed_at = timezone.now() if confirm else None
        contribution.confirmed_by = by if confirm else None
        contribution.confirmed_entries = current if confirm else []
        # The page says so beside the button: whoever confirms has read the words with that in mind.
        contribution.identifies_nobody = confirm
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
