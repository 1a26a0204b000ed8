from django.urls import path

from reporting.views import archive, family_release, home, reading_room, report, round, schedule, tracing

urlpatterns = [
    path("", home.home, name="home"),
    path("planer/<pid:public_id>/runder/", round.round_list, name="round-list"),
    path("planer/<pid:public_id>/runder/ny/", round.round_new, name="round-new"),
    path("runder/<pid:public_id>/", round.round_detail, name="round"),
    path("runder/<pid:public_id>/rediger/", round.round_edit, name="round-edit"),
    path("runder/<pid:public_id>/lukk/", round.round_close, name="round-close"),
    path("runder/<pid:public_id>/bidrag/<pid:measure_id>/", round.contribution, name="contribution"),
    path("runder/<pid:public_id>/mal/<pid:goal_id>/", round.goal_summary, name="goal-summary"),
    path("lesesal/", reading_room.reading_room, name="reading-room"),
    path("rapporter/", report.report_list, name="report-list"),
    path("rapporter/kalender/", schedule.report_schedule, name="report-schedule"),
    path("rapporter/familier/", family_release.release_list, name="family-release-list"),
    path("rapporter/familier/nye/", family_release.release_new, name="family-release-new"),
    path("rapporter/familier/<pid:public_id>/", family_release.release_detail, name="family-release"),
    path("delprosjekter/<pid:public_id>/familier/", family_release.of_sub_project, name="sub-project-families"),
    path("rapporter/<pid:public_id>/", report.report_detail, name="report"),
    path("rapporter/<pid:public_id>/versjoner/<int:number>/tall.csv", archive.report_csv, name="report-csv"),
    path("rapporter/<pid:public_id>/versjoner/<int:number>/rapport.json", archive.report_json, name="report-json"),
    path(
        "rapporter/<pid:public_id>/versjoner/<int:number>/tall/<str:key>/", tracing.report_number, name="report-number"
    ),
    path("rapporter/<pid:public_id>/versjoner/<int:number>/arkiv/", archive.report_archive, name="report-archive"),
    path("rapporter/<pid:public_id>/framdrift/", report.report_progress, name="report-progress"),
    path("rapporter/<pid:public_id>/pdf/", report.report_pdf, name="report-pdf"),
    path("rapporter/<pid:public_id>/prov-igjen/", report.report_retry, name="report-retry"),
    path("rapporter/<pid:public_id>/send/", report.report_send, name="report-send"),
    path("rapporter/<pid:public_id>/godkjenn/", report.report_approve, name="report-approve"),
    path("rapporter/<pid:public_id>/send-tilbake/", report.report_return, name="report-return"),
    path("rapporter/<pid:public_id>/publiser/", report.report_publish, name="report-publish"),
]
