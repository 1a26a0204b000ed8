from django.urls import URLPattern, path

from families.views import contact

LOG = "familier/<pid:reference>/kontakt/"
URLS: list[URLPattern] = [
    path(LOG, contact.contact_list, name="family-contacts"),
    path(f"{LOG}ny/", contact.contact_new, name="family-contact-new"),
    path(f"{LOG}<pid:contact_id>/", contact.contact_edit, name="family-contact-edit"),
    path(f"{LOG}<pid:contact_id>/fjern/", contact.contact_remove, name="family-contact-remove"),
    path(f"{LOG}<pid:contact_id>/gjort/", contact.step_done, name="family-step-done"),
    path(f"{LOG}<pid:contact_id>/ikke-gjort/", contact.step_reopen, name="family-step-reopen"),
]
