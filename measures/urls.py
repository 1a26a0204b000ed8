from django.urls import path

from measures import api
from measures.views import all_measures, bulk, goal, indicator, log, measure, plan
from organisation.access import roles
from organisation.models import CASE_ROLES
from organisation.views.comments import pages_of

READERS = roles(*CASE_ROLES)

urlpatterns = [
    path("planer/", plan.plan_list, name="plan-list"),
    path("planer/ny/", plan.plan_new, name="plan-new"),
    path("planer/<pid:public_id>/", plan.plan_detail, name="plan"),
    path("planer/<pid:public_id>/rediger/", plan.plan_edit, name="plan-edit"),
    path("planer/<pid:public_id>/ruller/", plan.plan_revise, name="plan-revise"),
    path("planer/<pid:public_id>/vedta/", plan.plan_move, {"move": "vedta"}, name="plan-adopt"),
    path("planer/<pid:public_id>/avslutt/", plan.plan_move, {"move": "avslutt"}, name="plan-close"),
    path("planer/<pid:public_id>/tiltak/", plan.measure_list, name="measure-list"),
    path("planer/<pid:public_id>/tiltak/flytt/", bulk.measures_move, name="measures-move"),
    path("planer/<pid:public_id>/tiltak/tilstand/", bulk.measures_state, name="measures-state"),
    path("planer/flytt-tiltak/", bulk.unit_move, name="unit-move"),
    path("planer/flytt-tiltak/angre/", bulk.move_undo, name="measures-move-undo"),
    path("planer/<pid:public_id>/tiltak/ny/", measure.measure_new, name="measure-new"),
    path("planer/<pid:public_id>/mal/ny/", goal.goal_new, name="goal-new"),
    path("planer/<pid:public_id>/indikatorer/ny/", indicator.table_new, name="indicator-table-new"),
    path("mal/<pid:public_id>/", goal.goal_detail, name="goal"),
    path("mal/<pid:public_id>/rediger/", goal.goal_edit, name="goal-edit"),
    path("tiltak/", all_measures.all_measures, name="all-measures"),
    path("tiltak/<pid:public_id>/", measure.measure_detail, name="measure"),
    path("tiltak/<pid:public_id>/rediger/", measure.measure_edit, name="measure-edit"),
    path("tiltak/<pid:public_id>/tilstand/", measure.measure_state, name="measure-state"),
    path("tiltak/<pid:public_id>/maltall/ny/", measure.target_new, name="target-new"),
    path("tiltak/<pid:public_id>/loggfor/", log.log_new, name="log-new"),
    path("logg/<pid:public_id>/rett/", log.log_correct, name="log-correct"),
    path("logg/<pid:public_id>/trekk-tilbake/", log.log_withdraw, name="log-withdraw"),
    path("logg/<pid:public_id>/vedlegg/", log.attachment, name="log-attachment"),
    path("logg/<pid:thread>/", log.log_versions, name="log-versions"),
    path("indikatorer/<pid:public_id>/", indicator.table_detail, name="indicator-table"),
    path("indikatorer/<pid:public_id>/endre/", indicator.table_edit, name="indicator-table-edit"),
    path("indikatorer/rad/<pid:public_id>/endre/", indicator.indicator_edit, name="indicator-edit"),
    path("maltall/<pid:public_id>/endre/", measure.target_edit, name="target-edit"),
    path("indikatorer/<pid:public_id>/ny/", indicator.indicator_new, name="indicator-new"),
    path("indikatorer/<pid:public_id>/tall/ny/", indicator.observation_new, name="observation-new"),
    path("tall/<pid:public_id>/rett/", indicator.observation_edit, name="observation-edit"),
    *pages_of("plan", "planer/<pid:public_id>/", READERS),
    *pages_of("goal", "mal/<pid:public_id>/", READERS),
    *pages_of("measure", "tiltak/<pid:public_id>/", READERS),
    path("api/tiltak/", api.measure_list, name="api-measure-list"),
    path("api/tiltak/<pid:public_id>/", api.measure_detail, name="api-measure"),
    path("api/tiltak/<pid:public_id>/logg/", api.measure_log, name="api-log"),
]
