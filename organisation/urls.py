from django.urls import path, register_converter

from organisation.converters import PublicIdConverter
from organisation.views import audit, comments, help, mail, municipality, notices, session, units, users

register_converter(PublicIdConverter, "pid")

urlpatterns = [
    path("logg-inn/", session.login, name="login"),
    path("logg-ut/", session.logout, name="logout"),
    path("sprak/", session.choose_language, name="set-language"),
    path("helse/", session.health, name="health"),
    path("hjelp/", help.help_page, name="help"),
    path("hjelp/omvisning/", help.tour_start, name="help-tour"),
    path("hjelp/omvisning/<slug:slug>/", help.tour_step, name="help-tour-step"),
    path("hjelp/ordliste/", help.glossary, name="help-glossary"),
    path("hjelp/personvern/", help.privacy, name="help-privacy"),
    path("tilgjengelighet/", help.accessibility, name="accessibility"),
    path("innstillinger/", session.my_settings, name="my-settings"),
    path("varsler/", notices.notice_list, name="notice-list"),
    path("varsler/innstillinger/", mail.mail_choice, name="mail-choice"),
    path("varsler/<pid:public_id>/", notices.notice_read, name="notice-read"),
    path("varsler/<pid:public_id>/alle/", notices.notice_read_all, name="notice-read-all"),
    path("kommentarer/<pid:public_id>/rett/", comments.comment_edit, name="comment-edit"),
    path("kommentarer/<pid:public_id>/trekk-tilbake/", comments.comment_withdraw, name="comment-withdraw"),
    path("kommentarer/<pid:public_id>/versjoner/", comments.comment_versions, name="comment-versions"),
    path("kommentarer/vedlegg/<pid:public_id>/", comments.comment_file, name="comment-file"),
    path("brukere/", users.user_list, name="user-list"),
    path("brukere/ny/", users.user_create, name="user-create"),
    path("brukere/gi-rolle/", users.role_by_email, name="role-by-email"),
    path("brukere/endringer/", audit.change_list, name="change-list"),
    path("brukere/e-post/", mail.failed_list, name="failed-mail-list"),
    path("brukere/e-post/<pid:public_id>/prov-igjen/", mail.failed_again, name="failed-mail-again"),
    path("brukere/enheter/", units.unit_list, name="unit-list"),
    path("brukere/enheter/ny/", units.unit_create, name="unit-create"),
    path("brukere/enheter/<pid:public_id>/", units.unit_edit, name="unit-edit"),
    path("brukere/logo/", municipality.logo_list, name="municipality-logos"),
    path("brukere/logo/<pid:public_id>/", municipality.logo_edit, name="municipality-logo"),
    path("brukere/farge/<pid:public_id>/", municipality.accent_edit, name="municipality-accent"),
    path("brukere/logo/<pid:public_id>/fjern/", municipality.logo_remove, name="municipality-logo-remove"),
    path("brukere/<pid:public_id>/", users.user_detail, name="user-detail"),
    path("brukere/<pid:public_id>/endre/", users.user_edit, name="user-edit"),
    path("brukere/<pid:public_id>/passord/", users.user_password, name="user-password"),
    path("brukere/<pid:public_id>/gi-rolle/", users.role_grant, name="role-grant"),
    path("brukere/<pid:public_id>/roller/<pid:membership_id>/avslutt/", users.role_end, name="role-end"),
]
