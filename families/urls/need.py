from django.urls import URLPattern, path

from families.views import need

AT = "familier/<pid:reference>/behov/"
URLS: list[URLPattern] = [
    path(AT, need.need_list, name="family-needs"),
    path(f"{AT}nytt/", need.need_new, name="family-need-new"),
    path(f"{AT}vurder/", need.need_rate, name="family-need-rate"),
    path(f"{AT}vurdering/<pid:public_id>/", need.rating_correct, name="family-rating-correct"),
    path(f"{AT}<pid:public_id>/endre/", need.need_edit, name="family-need-edit"),
    path(f"{AT}<pid:public_id>/dekket/", need.need_end, name="family-need-end"),
    path(f"{AT}<pid:public_id>/fjern/", need.need_remove, name="family-need-remove"),
]
