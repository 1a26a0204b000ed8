"""Addresses of calls, sub-projects, their letters, reviews, money and results."""

from typing import Any

from django.urls import URLPattern, path

from grants import api
from grants.views import (
    application,
    award_letter,
    call,
    jury,
    partner,
    recurring,
    relational,
    result,
    review,
    scoring,
    spending,
    sub_project,
    unit_move,
)

CALLS: list[URLPattern] = [
    path("utlysninger/", call.call_list, name="call-list"),
    path("utlysninger/ny/", call.call_new, name="call-new"),
    path("utlysninger/<pid:public_id>/", call.call_detail, name="call"),
    path("utlysninger/<pid:public_id>/endre/", call.call_edit, name="call-edit"),
    path("utlysninger/<pid:public_id>/apne/", call.call_open, name="call-open"),
    path("utlysninger/<pid:public_id>/frist/", call.call_extend, name="call-extend"),
    path("utlysninger/<pid:public_id>/lukk/", call.call_close, name="call-close"),
    path("utlysninger/<pid:public_id>/avgjor/", call.call_decide, name="call-decide"),
    path("utlysninger/<pid:public_id>/protokoll/", call.protocol, name="protocol"),
    path("utlysninger/<pid:public_id>/protokoll/framdrift/", call.protocol_progress, name="protocol-progress"),
    path("utlysninger/<pid:public_id>/protokoll/pa-nytt/", call.protocol_retry, name="protocol-retry"),
    path("utlysninger/<pid:public_id>/jury/", jury.call_jury, name="call-jury"),
    path("utlysninger/<pid:public_id>/jury/ny/", jury.jury_member_new, name="jury-member-new"),
    path("utlysninger/<pid:public_id>/jury/lukk/", jury.scoring_close, name="scoring-close"),
    path("utlysninger/<pid:public_id>/rangering/", jury.call_ranking, name="call-ranking"),
    path("jurymedlemmer/<pid:public_id>/endre/", jury.jury_member_edit, name="jury-member-edit"),
    path("jurymedlemmer/<pid:public_id>/fjern/", jury.jury_member_remove, name="jury-member-remove"),
    path("utlysninger/<pid:public_id>/sok/", application.application_new, name="application-new"),
    path("soknader/", application.application_list, name="application-list"),
    path("soknader/<pid:public_id>/", application.application_detail, name="application"),
    path("soknader/<pid:public_id>/rediger/", application.application_edit, name="application-edit"),
    path("soknader/<pid:public_id>/send/", application.application_send, name="application-send"),
    path("soknader/<pid:public_id>/trekk/", application.application_withdraw, name="application-withdraw"),
    path("jury/", scoring.jury_list, name="jury-list"),
    path("jury/<pid:public_id>/", scoring.jury_application, name="jury-application"),
    path("jury/<pid:public_id>/inhabil/", scoring.jury_conflict, name="jury-conflict"),
    path("jury/<pid:public_id>/habil/", scoring.jury_conflict_withdraw, name="jury-conflict-withdraw"),
]
SUB_PROJECTS: list[URLPattern] = [
    path("delprosjekter/", sub_project.sub_project_list, name="sub-project-list"),
    path("delprosjekter/flytt-enhet/", unit_move.unit_move, name="grants-unit-move"),
    path("delprosjekter/flytt-enhet/angre/", unit_move.unit_move_undo, name="grants-unit-move-undo"),
    path("delprosjekter/ny/", sub_project.sub_project_new, name="sub-project-new"),
    path("delprosjekter/<pid:public_id>/", sub_project.sub_project_detail, name="sub-project"),
    path("delprosjekter/<pid:public_id>/endre/", sub_project.sub_project_edit, name="sub-project-edit"),
    path("delprosjekter/<pid:public_id>/avslutt/", sub_project.sub_project_end, name="sub-project-end"),
    path("delprosjekter/<pid:public_id>/partnere/", partner.sub_project_partners, name="sub-project-partners"),
    path(
        "delprosjekter/<pid:public_id>/partnere/<pid:partner_id>/",
        partner.sub_project_partner,
        name="sub-project-partner",
    ),
    path("delprosjekter/<pid:public_id>/tiltak/", partner.sub_project_measure, name="sub-project-measure"),
    path(
        "delprosjekter/<pid:public_id>/tiltak/<pid:plan_id>/",
        partner.sub_project_measure_new,
        name="sub-project-measure-new",
    ),
    path("api/delprosjekter/", api.sub_project_list, name="api-sub-project-list"),
    path("api/delprosjekter/<pid:public_id>/", api.sub_project_detail, name="api-sub-project"),
]
LETTERS_AND_REVIEWS: list[URLPattern] = [
    path("delprosjekter/<pid:public_id>/tildelingsbrev/", award_letter.sub_project_letters, name="sub-project-letters"),
    path("delprosjekter/<pid:public_id>/tildelingsbrev/ny/", award_letter.letter_new, name="award-letter-new"),
    path("tildelingsbrev/<pid:public_id>/", award_letter.letter_detail, name="award-letter"),
    path("tildelingsbrev/<pid:public_id>/endre/", award_letter.letter_edit, name="award-letter-edit"),
    path("tildelingsbrev/<pid:public_id>/send/", award_letter.letter_offer, name="award-letter-offer"),
    path("tildelingsbrev/<pid:public_id>/trekk/", award_letter.letter_withdraw, name="award-letter-withdraw"),
    path("tildelingsbrev/<pid:public_id>/pdf/", award_letter.letter_pdf, name="award-letter-pdf"),
    path("tildelingsbrev/<pid:public_id>/framdrift/", award_letter.letter_progress, name="award-letter-progress"),
    path("tildelingsbrev/<pid:public_id>/pdf/igjen/", award_letter.letter_again, name="award-letter-again"),
    path(
        "tildelingsbrev/<pid:public_id>/godkjenn/<pid:partner_id>/", award_letter.letter_sign, name="award-letter-sign"
    ),
    path(
        "tildelingsbrev/<pid:public_id>/papir/<pid:partner_id>/", award_letter.letter_paper, name="award-letter-paper"
    ),
    path("stoppunkter/", review.review_list, name="review-list"),
    path("delprosjekter/<pid:public_id>/stoppunkt/", review.sub_project_reviews, name="sub-project-reviews"),
    path("stoppunkter/<pid:public_id>/", review.review_detail, name="review"),
    path("stoppunkter/<pid:public_id>/avgjor/", review.conclude, name="review-conclude"),
    path(
        "stoppunkter/<pid:public_id>/sporreskjema/<pid:partner_id>/", review.questionnaire, name="review-questionnaire"
    ),
    path("delprosjekter/<pid:public_id>/sluttrapport/", review.closing_report, name="closing-report"),
]
SPENDING: list[URLPattern] = [
    path("utbetalinger/", spending.payments_waiting, name="payments-waiting"),
    path("utbetalinger/<pid:public_id>/godkjenn/", spending.payment_approve, name="payment-approve"),
    path("utbetalinger/<pid:public_id>/avvis/", spending.payment_refuse, name="payment-refuse"),
    path("utbetalinger/<pid:public_id>/trekk/", spending.payment_withdraw, name="payment-withdraw"),
    path("posteringer/<pid:public_id>/tilbakefor/", spending.payment_reverse, name="payment-reverse"),
    path("delprosjekter/<pid:public_id>/okonomi/", spending.sub_project_spending, name="sub-project-spending"),
    path("delprosjekter/<pid:public_id>/okonomi/ny/", spending.payment_new, name="payment-new"),
    path("delprosjekter/<pid:public_id>/okonomi/fast/", recurring.recurring_new, name="recurring-new"),
    path("faste-utbetalinger/<pid:public_id>/godkjenn/", recurring.recurring_approve, name="recurring-approve"),
    path("faste-utbetalinger/<pid:public_id>/avvis/", recurring.recurring_refuse, name="recurring-refuse"),
    path("faste-utbetalinger/<pid:public_id>/trekk/", recurring.recurring_withdraw, name="recurring-withdraw"),
    path("faste-utbetalinger/<pid:public_id>/avslutt/", recurring.recurring_end, name="recurring-end"),
]
RESULTS: list[URLPattern] = [
    path("delprosjekter/resultater/", result.result_totals, name="result-totals"),
    path("delprosjekter/<pid:public_id>/resultater/", result.sub_project_results, name="sub-project-results"),
    path("delprosjekter/<pid:public_id>/resultater/nytt/", result.result_new, name="result-new"),
    path("delprosjekter/<pid:public_id>/resultater/tall/", result.result_history, name="result-history"),
    path("resultater/<pid:public_id>/rett/", result.result_correct, name="result-correct"),
    path("resultater/<pid:public_id>/trekk-tilbake/", result.result_withdraw, name="result-withdraw"),
    path("delprosjekter/<pid:public_id>/erfaringer/ny/", result.lesson_new, name="lesson-new"),
    path("erfaringer/<pid:public_id>/endre/", result.lesson_edit, name="lesson-edit"),
    path("delprosjekter/<pid:public_id>/sitater/nytt/", result.quote_new, name="quote-new"),
    path("sitater/<pid:public_id>/endre/", result.quote_edit, name="quote-edit"),
    path("sitater/<pid:public_id>/trekk-samtykket/", result.quote_withdraw, name="quote-withdraw"),
    path("delprosjekter/<pid:public_id>/samspill/", relational.sub_project_relations, name="sub-project-relations"),
    path("delprosjekter/<pid:public_id>/samspill/vurder/", relational.relations_rate, name="relations-rate"),
]

# Results first: "resultater" has the length of an id.
urlpatterns: list[Any] = [*RESULTS, *CALLS, *SUB_PROJECTS, *LETTERS_AND_REVIEWS, *SPENDING]
