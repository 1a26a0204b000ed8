from django.urls import URLPattern, path

from families import api
from families.views import case, emergency, household, team

FAMILY = "familier/<pid:reference>/"
URLS: list[URLPattern] = [
    path("familier/", case.family_list, name="family-list"),
    path("familier/ny/", case.family_new, name="family-new"),
    # Before the families: these words look like a case reference to the converter.
    path("familier/nodtilgang/", emergency.emergency_new, name="family-emergency"),
    path("familier/nodtilganger/", emergency.emergency_list, name="family-emergency-list"),
    path("familier/nodtilganger/<pid:public_id>/sett/", emergency.emergency_seen, name="family-emergency-seen"),
    path(FAMILY, case.family_detail, name="family"),
    path(FAMILY + "husstand/", case.family_edit, name="family-edit"),
    path(FAMILY + "avslutt/", case.family_close, name="family-close"),
    path(FAMILY + "apne-igjen/", case.family_reopen, name="family-reopen"),
    path(FAMILY + "nodtilgang/avslutt/", emergency.emergency_end, name="family-emergency-end"),
    path(FAMILY + "medlemmer/ny/", household.member_new, name="family-member-new"),
    path(FAMILY + "medlemmer/<pid:member>/", household.member_edit, name="family-member-edit"),
    path(FAMILY + "medlemmer/<pid:member>/fjern/", household.member_remove, name="family-member-remove"),
    path(FAMILY + "team/ny/", team.team_new, name="family-team-new"),
    path(FAMILY + "team/<pid:member>/avslutt/", team.team_end, name="family-team-end"),
    path(FAMILY + "team/<pid:member>/tilbake/", team.team_return, name="family-team-return"),
    path(FAMILY + "saksansvarlig/", team.case_hand_over, name="family-hand-over"),
    path(FAMILY + "overta/", team.case_take_over, name="family-take-over"),
    path(FAMILY + "deltakelse/ny/", household.participation_new, name="family-participation-new"),
    path(FAMILY + "deltakelse/<pid:participation>/", household.participation_edit, name="family-participation-edit"),
    path(
        FAMILY + "deltakelse/<pid:participation>/fjern/",
        household.participation_remove,
        name="family-participation-remove",
    ),
    path("api/familier/", api.family_list, name="api-family-list"),
    path("api/familier/<pid:reference>/", api.family_detail, name="api-family"),
]
