"""What the yearly report asks of each grant-funded measure and of each reporting unit: one column a question.

Questions and options are those of the directorate's survey on grants used in 2009, with its words as labels. An answer that
is not given is empty ("", None, [] or no text), and leaves the bases of the tables made from it.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.models import UnitKind


class YesNo(models.TextChoices):
    YES = "yes", _("ja")
    NO = "no", _("nei")


class GoalCategory(models.TextChoices):
    DIRECT_SUPPORT = "direct_support", _("direkte økonomisk støtte til bruker")
    EQUIPMENT = "equipment", _("utstyr/skolebøker")
    ACTIVITIES = "activities", _("aktiviteter for barn/unge")
    HOLIDAY = "holiday", _("ferie/aktivitet med familie")
    JOBS = "jobs", _("jobbtilbud for unge")
    STAFF_SKILLS = "staff_skills", _("kompetanseheving etat/kommune")
    USER_SKILLS = "user_skills", _("kompetanseheving bruker")
    OTHER = "other", _("annet")


class Targeting(models.TextChoices):
    SOME = "some", _("rettet mot enkelte barn/unge/familier")
    ALL = "all", _("åpent for alle")


class TargetGroup(models.TextChoices):
    CHILDREN = "children", _("barn (0-12)")
    YOUTH = "youth", _("ungdom (12-24)")
    FAMILY = "family", _("familie")
    STAFF = "staff", _("ansatte i kommune, etat og lignende")
    OTHER = "other", _("annet")


class Recruiter(models.TextChoices):
    SOCIAL_SERVICES = "social_services", _("sosialtjenesten utenfor NAV")
    NAV = "nav", _("NAV")
    CHILD_WELFARE = "child_welfare", _("barnevernet")
    SCHOOL = "school", _("skolen")
    KINDERGARTEN = "kindergarten", _("barnehager")
    CULTURE = "culture", _("kultur/fritidsetaten")
    INTRODUCTION = "introduction", _("introduksjonsprogrammet")
    REFUGEE_SERVICE = "refugee_service", _("flyktning-/innvandreretaten")
    SELF = "self", _("egenrekruttering")
    OTHER = "other", _("annet")


class BudgetClass(models.TextChoices):
    SMALL = "small", _("opp til 10.000")
    MEDIUM = "medium", _("10.000-100.000")
    LARGE = "large", _("over 100.000")


class Continuation(models.TextChoices):
    YES = "yes", _("ja")
    NO = "no", _("nei")
    UNKNOWN = "unknown", _("vet ikke")


class DecidedBy(models.TextChoices):
    AFTER_DISCUSSION = "after_discussion", _("sosialtjenesten, etter å ha diskutert med andre etater")
    ALONE = "alone", _("sosialtjenesten alene")
    OTHER = "other", _("annet")


class Cooperation(models.TextChoices):
    SAME_MUNICIPALITY = "same_municipality", _("offentlige etater i samme kommune")
    OTHER_MUNICIPALITIES = "other_municipalities", _("offentlige etater i andre kommuner")
    VOLUNTARY = "voluntary", _("frivillige organisasjoner")
    OTHER = "other", _("andre samarbeidspartnere")
    NONE = "none", _("ikke samarbeidet")


class FollowUp(models.TextChoices):
    ALL = "all", _("ja, alle")
    SOME = "some", _("ja, noen")
    NONE = "none", _("nei")


class GoalsReached(models.TextChoices):
    NOT_ALL = "not_all", _("ikke alle målsettinger")
    ALL = "all", _("alle målsettinger")


class ReasonNotReached(models.TextChoices):
    STAFF = "staff", _("mangel på kvalifisert personell")
    TIME = "time", _("mangel på tid")
    RESOURCES = "resources", _("mangel på økonomiske eller materielle ressurser")
    ORGANISATION = "organisation", _("organisasjonsmessige problemer")
    OTHER = "other", _("annet")


class ExpectedNumber(models.TextChoices):
    AS_EXPECTED = "as_expected", _("antall man forventet")
    MORE = "more", _("flere enn forventet")
    FEWER = "fewer", _("færre enn forventet")
    UNKNOWN = "unknown", _("vet ikke")


class ReachedGroups(models.TextChoices):
    ALL = "all", _("ja, alle")
    MOSTLY = "mostly", _("i stor grad")
    PARTLY = "partly", _("bare til en viss grad")
    NONE = "none", _("ingen")


class UserInfluence(models.TextChoices):
    ALL = "all", _("alle tiltakene")
    SOME = "some", _("noen av tiltakene")
    LITTLE = "little", _("liten eller ingen")


class FeedbackSystem(models.TextChoices):
    ESTABLISHED = "established", _("etablert")
    CONSIDERED = "considered", _("ikke etablert men vurdert")
    NONE = "none", _("ikke etablert")


class Anchoring(models.TextChoices):
    ADOPTED = "adopted", _("politisk vedtatt plan/strategi")
    DISCUSSED = "discussed", _("plan/strategi til politisk diskusjon")
    NONE = "none", _("ikke forankret")


class NowOrdinary(models.TextChoices):
    SEVERAL = "several", _("ja, flere")
    FEW = "few", _("ja, noen få")
    NONE = "none", _("nei, ingen")
    UNSURE = "unsure", _("usikker")


# Which of the survey's partners a unit counts as, by its kind. State and county work in the municipality.
COOPERATION_OF = {
    UnitKind.MUNICIPAL: Cooperation.SAME_MUNICIPALITY,
    UnitKind.STATE: Cooperation.SAME_MUNICIPALITY,
    UnitKind.COUNTY: Cooperation.SAME_MUNICIPALITY,
    UnitKind.VOLUNTARY: Cooperation.VOLUNTARY,
    UnitKind.BUSINESS: Cooperation.OTHER,
    UnitKind.HIGHER_EDUCATION: Cooperation.OTHER,
}


def several(label: Any, choices: type[models.TextChoices]) -> ArrayField:
    """A question with several answers."""
    return ArrayField(
        models.CharField(max_length=20, choices=choices.choices), verbose_name=label, default=list, blank=True
    )


def one(label: Any, choices: type[models.TextChoices]) -> models.CharField:
    """A question with one answer."""
    return models.CharField(label, max_length=20, choices=choices.choices, blank=True)


class MeasureProfile(models.Model):
    """What a grant-funded measure is, from one year to the next: said once, asked for in every report."""

    goal_category = one(_("målsetting"), GoalCategory)
    targeting = one(_("rettet mot enkelte eller åpent for alle"), Targeting)
    primary_target_group = one(_("primær målgruppe"), TargetGroup)
    immigrant_background_primary = one(_("primært rettet mot barn/familier med innvandrerbakgrunn"), YesNo)
    aims_parents_into_work = one(_("har som mål å få foreldre i jobb"), YesNo)
    recruited_by = several(_("hvem er med på å velge ut deltakere"), Recruiter)

    class Meta:
        abstract = True


class MeasureAnswers(MeasureProfile):
    """The form that is filled in for each measure."""

    budget_nok = models.DecimalField(_("budsjett i kroner"), max_digits=12, decimal_places=2, null=True, blank=True)
    budget_class = one(_("størrelse på tilskuddet"), BudgetClass)
    children_reached = models.PositiveIntegerField(_("antall barn og unge nådd"), null=True, blank=True)
    continue_next_year = one(_("aktuelt å videreføre tiltaket neste år"), Continuation)
    description = models.TextField(_("beskrivelse av tiltaket"), blank=True)

    class Meta:
        abstract = True


class UnitAnswers(models.Model):
    """The form that each reporting unit fills in."""

    active_measures = models.PositiveIntegerField(_("antall aktive tiltak"), null=True, blank=True)
    amount_received_nok = models.DecimalField(
        _("mottatt tilskudd i kroner"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    decided_by = one(_("hvem bestemte fordelingen av midlene"), DecidedBy)
    cooperated_with = several(_("samarbeidspartnere"), Cooperation)
    follows_up_measures = one(_("følger opp tiltakene"), FollowUp)
    goals_reached = one(_("måloppnåelse"), GoalsReached)
    reason_not_reached = one(_("viktigste årsak til manglende måloppnåelse"), ReasonNotReached)
    reached_expected_number = one(_("nådde antallet man forventet"), ExpectedNumber)
    reached_target_groups = one(_("nådde de tenkte målgruppene"), ReachedGroups)
    user_influence = one(_("brukermedvirkning"), UserInfluence)
    feedback_system = one(_("system for tilbakemelding"), FeedbackSystem)
    anchored_in_plan = one(_("forankring i plan"), Anchoring)
    earlier_measures_now_ordinary = one(_("tidligere tiltak er nå i ordinært tilbud"), NowOrdinary)
    general_feedback = models.TextField(_("generelle tilbakemeldinger"), blank=True)

    class Meta:
        abstract = True
