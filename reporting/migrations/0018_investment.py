"""Accounts of social investments, and what they rest on."""

from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

import organisation.models.base
from organisation.schema import Audited
from organisation.schema_municipality import MunicipalityKey, OfMunicipality, SameMunicipality, Separated

CASE, ASSUMPTION = "reporting_investmentcase", "reporting_investmentassumption"
OWN_RULES = [
    MunicipalityKey(CASE),
    SameMunicipality(CASE, "sub_project_id", "grants_subproject"),
    SameMunicipality(CASE, "measure_id", "measures_measure"),
    OfMunicipality(ASSUMPTION, "case_id", CASE),
    *(Separated(table) for table in (CASE, ASSUMPTION)),
    *(Audited(table) for table in (CASE, ASSUMPTION)),
]


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0011_published_figures_are_the_directorates"),
        ("measures", "0005_counts_people"),
        ("organisation", "0018_one_mail_a_day"),
        ("reporting", "0017_saved_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="InvestmentCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=organisation.models.base.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("price_year", models.PositiveSmallIntegerField(verbose_name="kroner i året")),
                (
                    "cost",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="kostnad i kroner"
                    ),
                ),
                ("cost_source", models.CharField(blank=True, max_length=300, verbose_name="kilde til kostnaden")),
                ("persons", models.PositiveIntegerField(verbose_name="personer som deltar")),
                ("persons_source", models.CharField(max_length=300, verbose_name="kilde til antall personer")),
                (
                    "share",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="andel som lykkes, prosent"),
                ),
                ("share_low", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ("share_high", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ("share_source", models.CharField(max_length=300, verbose_name="kilde til andelen")),
                ("years", models.PositiveSmallIntegerField(verbose_name="antall år virkningen varer")),
                ("years_low", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("years_high", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("years_source", models.CharField(max_length=300, verbose_name="kilde til antall år")),
                (
                    "discount",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("4"), max_digits=5, verbose_name="kalkulasjonsrente, prosent"
                    ),
                ),
                ("discount_source", models.CharField(max_length=300, verbose_name="kilde til renten")),
                ("note", models.TextField(blank=True, verbose_name="merknad")),
                (
                    "measure",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="investment_case",
                        to="measures.measure",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="investment_cases",
                        to="organisation.municipality",
                    ),
                ),
                (
                    "sub_project",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="investment_case",
                        to="grants.subproject",
                    ),
                ),
            ],
            options={
                "verbose_name": "gevinstregnskap",
                "verbose_name_plural": "gevinstregnskaper",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="InvestmentAssumption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=organisation.models.base.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=150, verbose_name="hva som spares")),
                (
                    "payer",
                    models.CharField(
                        choices=[
                            ("municipality", "Kommunen"),
                            ("county", "Fylkeskommunen"),
                            ("state", "Staten"),
                            ("person", "Personen selv"),
                        ],
                        max_length=12,
                        verbose_name="hvem som sparer",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=10, verbose_name="kroner per person per år"),
                ),
                ("amount_low", models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ("amount_high", models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ("source", models.CharField(max_length=300, verbose_name="kilde")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assumptions",
                        to="reporting.investmentcase",
                    ),
                ),
            ],
            options={
                "verbose_name": "forutsetning i gevinstregnskap",
                "verbose_name_plural": "forutsetninger i gevinstregnskap",
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="investmentcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("sub_project", None), ("measure", None), _connector="XOR"),
                name="investment_is_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="investmentcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("measure", None), ("cost__isnull", False), _connector="OR"),
                name="measure_investment_says_its_cost",
                violation_error_message="Skriv hva tiltaket koster. Et tiltak har ikke regnskap her.",
            ),
        ),
        migrations.AddConstraint(
            model_name="investmentcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cost", None),
                    models.Q(("cost__gte", 0), models.Q(("cost_source", ""), _negated=True)),
                    _connector="OR",
                ),
                name="investment_cost_has_source",
                violation_error_message="Skriv hvor kostnaden kommer fra.",
            ),
        ),
        migrations.AddConstraint(
            model_name="investmentcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("persons__gte", 5)),
                name="investment_is_about_five_or_more",
                violation_error_message="Et regnskap for færre enn fem ville handlet om personer noen kjenner.",
            ),
        ),
        migrations.AddConstraint(
            model_name="investmentcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount__range", (0, 20)),
                    ("share__range", (0, 100)),
                    ("years__range", (1, 60)),
                    ("price_year__range", (1990, 2200)),
                ),
                name="investment_assumptions_make_sense",
            ),
        ),
        migrations.AddConstraint(
            model_name="investmentcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("share_low", None),
                        models.Q(("share_low__gte", 0), ("share_low__lte", models.F("share"))),
                        _connector="OR",
                    ),
                    models.Q(
                        ("share_high", None),
                        models.Q(("share_high__gte", models.F("share")), ("share_high__lte", 100)),
                        _connector="OR",
                    ),
                ),
                name="investment_share_lies_in_its_range",
                violation_error_message="Andelen må ligge mellom lav og høy.",
            ),
        ),
        migrations.AddConstraint(
            model_name="investmentcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("years_low", None),
                        models.Q(("years_low__gte", 1), ("years_low__lte", models.F("years"))),
                        _connector="OR",
                    ),
                    models.Q(
                        ("years_high", None),
                        models.Q(("years_high__gte", models.F("years")), ("years_high__lte", 60)),
                        _connector="OR",
                    ),
                ),
                name="investment_years_lie_in_their_range",
                violation_error_message="Antall år må ligge mellom lavt og høyt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="investmentcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("persons_source", ""), _negated=True),
                    models.Q(("share_source", ""), _negated=True),
                    models.Q(("years_source", ""), _negated=True),
                    models.Q(("discount_source", ""), _negated=True),
                ),
                name="investment_assumptions_have_sources",
            ),
        ),
        migrations.AddConstraint(
            model_name="investmentassumption",
            constraint=models.UniqueConstraint(
                fields=("case", "name", "payer"),
                name="investment_saving_once",
                violation_error_message="Dette står der allerede for den samme som sparer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="investmentassumption",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name", ""), _negated=True), models.Q(("source", ""), _negated=True)),
                name="investment_saving_has_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="investmentassumption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gte", 0),
                    models.Q(
                        ("amount_low", None),
                        models.Q(("amount_low__gte", 0), ("amount_low__lte", models.F("amount"))),
                        _connector="OR",
                    ),
                    models.Q(("amount_high", None), ("amount_high__gte", models.F("amount")), _connector="OR"),
                ),
                name="investment_amount_lies_in_its_range",
                violation_error_message="Beløpet må ligge mellom lavt og høyt.",
            ),
        ),
        *OWN_RULES,
    ]
