"""The calendar of rounds: when they open by themselves, and who is reminded when."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from measures.models import Plan
from organisation.access import SignedInRequest, access, roles
from organisation.models import Municipality, Role
from organisation.models.ordering import by_name
from organisation.views.form_page import form_page, posted
from reporting.domain.opening_days import next_opening
from reporting.domain.schedule import plans_to_report, save_schedule, schedule_of
from reporting.schedule_forms import ScheduleForm


@access(roles(Role.COORDINATOR))
def report_schedule(request: SignedInRequest) -> HttpResponse:
    """Of the coordinator's municipality; `?kommune=` says which one where she has several."""
    towns = list(Municipality.objects.filter(pk__in=request.user.coordinated_municipality_ids()).order_by(by_name()))
    chosen = request.GET.get("kommune", towns[0].public_id)
    town = next((row for row in towns if row.public_id == chosen), None)
    if town is None:
        raise Http404
    schedule, today = schedule_of(town), timezone.localdate()
    half, day = next_opening(schedule, today)
    form = ScheduleForm(posted(request), schedule=schedule)
    here = f"{reverse('report-schedule')}?kommune={town.public_id}"
    return form_page(
        request, form, action=lambda data: save_schedule(municipality=town, by=request.user, **data),
        done=lambda _row: here, title=_("Rundenes kalender"), crumbs=[(_("Rapporter"), reverse("report-list"))],
        cancel_url=reverse("report-list"), message=_("Kalenderen er lagret."), template="reporting/schedule.html",
        towns=towns, town=town, schedule=schedule, half=half, day=day,
        plans=Plan.objects.filter(plans_to_report(half, day), municipality=town),
    )  # fmt: skip
