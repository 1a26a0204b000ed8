"""The 41 tables of the directorate's report on grants against child poverty, declared: what is counted, by what, and how.

Titles are the report's own. Tables are in bokmål whoever reads them, as the directorate publishes them. tables.py makes them.
"""

from dataclasses import dataclass

from grants.domain.questions import MEASURE_QUESTIONS, SEVERAL, UNIT_QUESTIONS, Question

# How a figure is printed: a whole number, a percent without decimals, an amount without øre, a mean with one decimal.
COUNT, PERCENT, KRONER, MEAN = "count", "percent", "kroner", "mean"
# How municipalities that have merged are counted: as they were when they reported, or as they are today.
THEN, TODAY = "then", "today"

# What stands in rows or columns when it is no question.
UNIT, REGION, YEAR = "reporting_unit", "region", "year"

# The kinds of tables.
SUMS = "sums"  # each unit with its amount
SHARES = "shares"  # count and percent of each option
SPREAD = "spread"  # count and percent of each number that was answered
DOWN = "down"  # percents down each column
ACROSS = "across"  # percents across each row
MEANS = "means"  # means in each row, and how many they are of
SERIES = "series"  # one mean a year

# What a table is counted over, and so where its numbers are read.
GRANTS, REPORTS, MEASURES = "grants", "reports", "measures"

AMOUNT = "amount_received_nok"
SEVERAL_NOTE = "Flere svar er mulig, så prosentene blir til sammen over 100."


@dataclass(frozen=True)
class Number:
    """A question whose answers are added up, how the result is printed, and what it is called in a column of its own."""

    name: str
    figure: str
    key: str = "gjennomsnitt"
    label: str = "Gjennomsnitt"


@dataclass(frozen=True)
class TableSpec:
    """`rows` and `columns` name a question, or UNIT, REGION or YEAR. `without`: options that are neither shown nor in N."""

    number: int
    title: str
    kind: str
    rows: str
    columns: str = ""
    means: tuple[Number, ...] = ()
    without: tuple[str, ...] = ()
    note: str = ""

    @property
    def counted(self) -> str:
        """The question whose options are counted; `by` is what they are counted by."""
        return self.columns if self.kind == ACROSS else self.rows

    @property
    def by(self) -> str:
        if self.kind in (SHARES, SPREAD):
            return YEAR
        return self.columns if self.kind in (DOWN, SERIES) else self.rows

    @property
    def base(self) -> str:
        """Amounts are known of every grant; other answers are those of a unit's report or of its measures."""
        names = {self.rows, self.columns, *(number.name for number in self.means)}
        if AMOUNT in names:
            return GRANTS
        return REPORTS if names & UNIT_QUESTIONS.keys() else MEASURES

    @property
    def is_over_time(self) -> bool:
        return self.columns == YEAR

    @property
    def is_by_region(self) -> bool:
        return REGION in (self.rows, self.columns)

    @property
    def has_several_answers(self) -> bool:
        return self.counted in QUESTIONS and QUESTIONS[self.counted].kind == SEVERAL

    @property
    def column_question(self) -> str:
        """The question whose options stand in the columns, in the language of the moment; empty where they are no answers."""
        label = str(QUESTIONS[self.columns].label) if self.columns in QUESTIONS else ""
        return label[:1].upper() + label[1:]

    @property
    def options(self) -> dict[str, str]:
        """The options that are counted, by code, in the form's order and in the language of the moment."""
        return {code: label for code, label in options_of(self.counted).items() if code not in self.without}


QUESTIONS: dict[str, Question] = {**UNIT_QUESTIONS, **MEASURE_QUESTIONS}


def options_of(question: str) -> dict[str, str]:
    return {code: str(label) for code, label in QUESTIONS[question].choices} if question in QUESTIONS else {}


AMOUNTS = Number(AMOUNT, KRONER, "beløp", "Beløp")
MEAN_AMOUNT = Number(AMOUNT, KRONER)
MEAN_BUDGET = Number("budget_nok", KRONER)
ACTIVE_MEASURES = Number("active_measures", MEAN)
CHILDREN_REACHED = Number("children_reached", COUNT)  # children, so without decimals
AMOUNT_AND_MEASURES = (
    Number(AMOUNT, KRONER, "beløp", "Gjennomsnittlig beløp"),
    Number("active_measures", MEAN, "tiltak", "Gjennomsnittlig antall tiltak"),
)

_TABLES = (
    TableSpec(1, "Kommuner med tiltaksmidler og beløp", SUMS, UNIT, means=(AMOUNTS,)),
    TableSpec(2, "Antall aktive tiltak i rapporteringsåret", SPREAD, "active_measures"),
    TableSpec(3, "Aktive tiltak per kommune, gjennomsnitt per år", SERIES, "", YEAR, (ACTIVE_MEASURES,)),
    TableSpec(4, "Gjennomsnittlig overføring per kommune/bydel per år", SERIES, "", YEAR, (MEAN_AMOUNT,)),
    TableSpec(5, "Beslutning om fordeling av midler", DOWN, "decided_by", YEAR),
    TableSpec(
        6, "Andel tiltak der etaten er med i utvelgelse av deltakere", SHARES, "recruited_by", note=SEVERAL_NOTE
    ),
    TableSpec(7, "Samarbeidspartnere", SHARES, "cooperated_with", note=SEVERAL_NOTE),
    TableSpec(8, "Samarbeid per år", DOWN, "cooperated_with", YEAR, note=SEVERAL_NOTE),
    TableSpec(9, "Rettet mot enkelte eller åpent for alle", SHARES, "targeting"),
    TableSpec(10, "Primær målgruppe", SHARES, "primary_target_group"),
    TableSpec(
        11, "Primært rettet mot barn/familier med innvandrerbakgrunn", SHARES, "immigrant_background_primary"
    ),
    TableSpec(12, "Målsetting for tiltakene", SHARES, "goal_category"),
    TableSpec(
        13, "Målsetting per år, uten «annet»", DOWN, "goal_category", YEAR, without=("other",),
        note="Tiltak med «annet» som målsetting er ikke med i grunnlaget.",
    ),
    TableSpec(14, "Målsetting å få foreldre i jobb", SHARES, "aims_parents_into_work"),
    TableSpec(15, "Primært rettet mot flyktning-/innvandrerbakgrunn", SHARES, "immigrant_background_primary"),
    TableSpec(16, "Åpent eller målrettet etter innvandrerretting", DOWN, "targeting", "immigrant_background_primary"),
    TableSpec(
        17, "Foreldre i jobb etter innvandrerretting", DOWN, "aims_parents_into_work", "immigrant_background_primary"
    ),
    TableSpec(18, "Type tiltak etter innvandrerretting", DOWN, "goal_category", "immigrant_background_primary"),
    TableSpec(19, "Målgruppe etter innvandrerretting", DOWN, "primary_target_group", "immigrant_background_primary"),
    TableSpec(20, "Størrelse på tilskudd til enkelttiltak", SHARES, "budget_class"),
    TableSpec(21, "Målsetting og budsjett", MEANS, "goal_category", means=(MEAN_BUDGET,)),
    TableSpec(22, "Foreldre i jobb og budsjett", MEANS, "aims_parents_into_work", means=(MEAN_BUDGET,)),
    TableSpec(23, "Målgruppe og budsjett", MEANS, "primary_target_group", means=(MEAN_BUDGET,)),
    TableSpec(24, "Innvandrerretting og budsjett", MEANS, "immigrant_background_primary", means=(MEAN_BUDGET,)),
    TableSpec(
        25, "Tiltaksmidler og antall tiltak i regionene", MEANS, REGION, means=AMOUNT_AND_MEASURES,
        note="Gjennomsnittlig antall tiltak er for dem som har svart på det.",
    ),
    TableSpec(26, "Type tiltak i regionene", DOWN, "goal_category", REGION),
    TableSpec(27, "Innvandrerretting i regionene", DOWN, "immigrant_background_primary", REGION),
    TableSpec(28, "Foreldre i jobb i regionene", DOWN, "aims_parents_into_work", REGION),
    TableSpec(29, "Oppfølging av tiltakene i kommunene", SHARES, "follows_up_measures"),
    TableSpec(30, "Aktuelt å videreføre tiltaket neste år", SHARES, "continue_next_year"),
    TableSpec(31, "Videreføring etter type tiltak", ACROSS, "goal_category", "continue_next_year"),
    TableSpec(32, "Måloppnåelse", SHARES, "goals_reached"),
    TableSpec(33, "Årsaker til manglende måloppnåelse", SHARES, "reason_not_reached"),
    TableSpec(34, "Antall barn og unge nådd", MEANS, "targeting", means=(CHILDREN_REACHED,)),
    TableSpec(35, "Nådde antallet man forventet", SHARES, "reached_expected_number"),
    TableSpec(36, "Nådde de tenkte målgruppene", SHARES, "reached_target_groups"),
    TableSpec(37, "Brukermedvirkning", SHARES, "user_influence"),
    TableSpec(38, "System for tilbakemelding", SHARES, "feedback_system"),
    TableSpec(39, "Forankring i plan", SHARES, "anchored_in_plan"),
    TableSpec(40, "Forankring etter region", ACROSS, REGION, "anchored_in_plan"),
    TableSpec(41, "Tidligere tiltak nå i ordinært tilbud", SHARES, "earlier_measures_now_ordinary"),
)  # fmt: skip
SPECS: dict[int, TableSpec] = {spec.number: spec for spec in _TABLES}
