"""The API of measures: the same rows, filters and rules as the pages."""

from typing import Any

from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import generics, serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from measures.domain.log import add_log_entry
from measures.filters import MeasureFilter
from measures.models import LogEntry, LogKind, Measure
from measures.permissions import can_log
from organisation.access import access, roles
from organisation.api import ByAccessRule, NoIdentityNumbers
from organisation.models import CASE_ROLES


class MeasureSerializer(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    plan = serializers.CharField(source="plan.public_id")
    responsible_unit = serializers.CharField(source="responsible_unit.name")
    goals = serializers.SlugRelatedField("public_id", many=True, read_only=True)
    last_logged_on = serializers.DateField()
    next_evaluation = serializers.DateField()
    is_overdue = serializers.BooleanField()

    class Meta:
        model = Measure
        fields = (
            "id", "plan", "title", "goals", "responsible_unit", "approach", "note", "case_references", "starts_on",
            "ends_on", "due_on", "state", "state_since", "evaluation_cadence", "last_logged_on", "next_evaluation",
            "is_overdue", "version",
        )  # fmt: skip
        read_only_fields = fields


class LogEntrySerializer(NoIdentityNumbers, serializers.ModelSerializer):
    """An entry as text, date and kind; numbers and files are logged in the browser."""

    id = serializers.CharField(source="public_id", read_only=True)
    kind = serializers.ChoiceField(choices=LogKind.choices, default=LogKind.ACTIVITY)
    text = serializers.CharField(max_length=20_000)

    class Meta:
        model = LogEntry
        fields = ("id", "happened_on", "kind", "text", "is_evaluation", "written_at")
        read_only_fields = ("id", "written_at")


class SharedFilter(filters.DjangoFilterBackend):
    """Hands the user to the FilterSet, so that its choices are hers."""

    filterset_base = MeasureFilter

    def get_filterset_kwargs(self, request: Request, queryset: Any, view: Any) -> dict[str, Any]:
        return super().get_filterset_kwargs(request, queryset, view) | {"user": request.user}


class _Measures:
    permission_classes = [ByAccessRule]
    lookup_field = "public_id"
    queryset = Measure.objects.none()

    def rows(self, request: Request) -> Any:
        return (
            Measure.objects.visible_to(request.user)
            .with_overdue(timezone.localdate())
            .select_related("plan", "responsible_unit")
            .prefetch_related("goals")
        )


class MeasureList(_Measures, generics.ListAPIView):
    """The measures the user may see, with the filters of the page."""

    serializer_class = MeasureSerializer
    filterset_class = MeasureFilter
    filter_backends = [SharedFilter]

    def get_queryset(self) -> Any:
        return self.rows(self.request).order_by("id")


class MeasureDetail(_Measures, generics.RetrieveAPIView):
    serializer_class = MeasureSerializer

    def get_queryset(self) -> Any:
        return self.rows(self.request)


class MeasureLog(_Measures, generics.ListCreateAPIView):
    """The log of a measure as it stands; POST adds an entry."""

    serializer_class = LogEntrySerializer

    def get_queryset(self) -> Any:
        rows = LogEntry.objects.visible_to(self.request.user).current()
        return rows.filter(measure=self.measure())

    def measure(self) -> Measure:
        rows = Measure.objects.visible_to(self.request.user).select_related("plan")
        return generics.get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def perform_create(self, serializer: Any) -> None:
        measure = self.measure()
        if not can_log(self.request.user, measure):
            raise PermissionDenied
        serializer.instance = add_log_entry(
            measure=measure, by=self.request.user, today=timezone.localdate(), **serializer.validated_data
        )


measure_list = access(roles(*CASE_ROLES))(MeasureList.as_view())
measure_detail = access(roles(*CASE_ROLES))(MeasureDetail.as_view())
measure_log = access(roles(*CASE_ROLES))(MeasureLog.as_view())
