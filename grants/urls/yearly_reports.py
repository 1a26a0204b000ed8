"""Addresses of yearly reports."""

from django.urls import URLPattern, path

from grants.views import report_judging, yearly_report, yearly_report_forms

REPORT = "tilskudd/arsrapporter/<pid:public_id>"
urlpatterns: list[URLPattern] = [
    path("tilskudd/arsrapporter/", yearly_report.yearly_report_list, name="yearly-report-list"),
    path(f"{REPORT}/", yearly_report.yearly_report_detail, name="yearly-report"),
    path(f"{REPORT}/kommunen/", yearly_report_forms.unit_form, name="yearly-report-unit"),
    path(f"{REPORT}/tiltak/<pid:form_id>/", yearly_report_forms.measure_form, name="yearly-report-measure"),
    path(f"{REPORT}/tiltak/<pid:form_id>/ta-ut/", yearly_report_forms.form_remove, name="yearly-report-form-remove"),
    path(f"{REPORT}/send/", report_judging.report_submit, name="yearly-report-submit"),
    path(f"{REPORT}/godkjenn/", report_judging.report_accept, name="yearly-report-accept"),
    path(f"{REPORT}/send-tilbake/", report_judging.report_return, name="yearly-report-return"),
]
