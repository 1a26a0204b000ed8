"""What our lists are measured against: views as Django's tutorial writes them, of the same rows with the same columns.

A log-in, the rows by a numbered page, and a table. No municipalities kept apart, no filters, no menu, no notices, nothing
translated. `benchmarks/lists.py` runs them in the same process, on the same database, turn by turn with ours.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.urls import include, path

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ENGINE = DjangoTemplates(
    {
        "NAME": "bare",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
)
PAGE = """<!DOCTYPE html><html><head><title>{{ title }}</title></head><body><h1>{{ title }} ({{ page.paginator.count }})</h1>
<table><thead><tr>HEADS</tr></thead><tbody>{% for row in page %}<tr>CELLS</tr>{% endfor %}</tbody></table>
{% if page.has_previous %}<a href="?page={{ page.previous_page_number }}">Forrige</a>{% endif %}
{% if page.has_next %}<a href="?page={{ page.next_page_number }}">Neste</a>{% endif %}</body></html>"""

# By name: the rows and how many are on a page (set by lists.py), and what a row shows.
rows: dict[str, tuple[Callable[[], Any], int]] = {}
CELLS = {
    "measure-list": [
        "<a href=\"{% url 'measure' row.public_id %}\">{{ row.title }}</a>",
        "{% for goal in row.goals.all %}{{ goal.number }} {% endfor %}", "{{ row.responsible_unit.name }}",
        "{{ row.get_state_display }}", '{{ row.last_logged_on|date:"j. N Y" }}', '{{ row.next_evaluation|date:"j. N Y" }}',
        "{% if row.is_overdue %}Forfalt{% endif %}",
    ],
    "sub-project-list": [
        "<a href=\"{% url 'sub-project' row.public_id %}\">{{ row.title }}</a>", "{{ row.responsible }}",
        "{{ row.get_state_display }}", '{{ row.starts_on|date:"N Y" }}–{{ row.ends_on|date:"N Y" }}', "{{ row.awarded }}",
        "{{ row.paid }}", '{{ row.next_review|date:"j. N Y" }}',
    ],
    "user-list": [
        "<a href=\"{% url 'user-detail' row.public_id %}\">{{ row.name }}</a>", "{{ row.email }}",
        "{% for role in row.roles_here %}{{ role.get_role_display }}, {{ role.unit.name }}{% endfor %}",
        "{{ row.last_login|date }}",
    ],
    "notice-list": ['<a href="{{ row.url_path }}">{{ row.text }}</a>', '{{ row.made_at|date:"DATETIME_FORMAT" }}'],
    "report-list": [
        "<a href=\"{% url 'report' row.public_id %}\">{{ row.title }}</a>", "{{ row.period_label }}", "{{ row.case_number }}",
        "{{ row.newest_state }}", "{{ row.newest_number }}",
    ],
}  # fmt: skip


def _view(name: str) -> Callable[[HttpRequest], HttpResponse]:
    cells = "".join(f"<td>{cell}</td>" for cell in CELLS[name])
    heads = "".join(f"<th>{number}</th>" for number in range(len(CELLS[name])))
    template = ENGINE.from_string(PAGE.replace("HEADS", heads).replace("CELLS", cells))

    @login_required
    def view(request: HttpRequest) -> HttpResponse:
        made, size = rows[name]
        page = Paginator(made(), size).get_page(request.GET.get("page"))
        return HttpResponse(template.render({"page": page, "title": name}, request))

    return view


urlpatterns = [*(path(f"bare/{name}/", _view(name)) for name in CELLS), path("", include("povertyplan.urls"))]
