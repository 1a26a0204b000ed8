from django.urls import URLPattern, path

from families.views import insight, read_log, retention

FAMILY = "familier/<pid:reference>/"
RULE = "brukere/oppbevaring/<pid:public_id>/<slug:purpose>/"
URLS: list[URLPattern] = [
    path(f"{FAMILY}lesninger/", read_log.read_log, name="family-reads"),
    path(f"{FAMILY}lesninger/fil/", read_log.read_log_csv, name="family-reads-csv"),
    path(f"{FAMILY}innsyn/", insight.insight_list, name="family-insight-list"),
    path(f"{FAMILY}innsyn/<pid:public_id>/framdrift/", insight.insight_progress, name="family-insight-progress"),
    path(f"{FAMILY}innsyn/<pid:public_id>/pdf/", insight.insight_pdf, name="family-insight-pdf"),
    path(f"{FAMILY}innsyn/<pid:public_id>/data/", insight.insight_json, name="family-insight-json"),
    path(f"{FAMILY}innsyn/<pid:public_id>/igjen/", insight.insight_again, name="family-insight-again"),
    path(f"{FAMILY}innsyn/<pid:public_id>/levert/", insight.insight_hand_over, name="family-insight-hand-over"),
    path("brukere/oppbevaring/", retention.retention_list, name="retention-list"),
    path(RULE, retention.retention_rule, name="retention-rule"),
    path(f"{RULE}fjern/", retention.retention_remove, name="retention-remove"),
]
