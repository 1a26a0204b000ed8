"""The API of sub-projects, to be read: the same rows, filters and rules as the pages."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import generics, serializers
from rest_framework.request import Request

from grants.filters import SubProjectFilter, with_figures
from grants.models import READING_ROLES, SubProject, SubProjectPartner
from organisation.access import access, roles
from organisation.api import ByAccessRule
from organisation.models import Role

READERS = roles(*READING_ROLES, Role.PARTNER)


class PartnerSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="unit.name")
    kind = serializers.CharField(source="unit.kind")

    class Meta:
        model = SubProjectPartner
        fields = ("name", "kind", "role", "left_on")
        read_only_fields = fields


class SubProjectSerializer(serializers.ModelSerializer):
    """Amounts are kroner as text; `awarded` is that of the letter in force, `paid` is less what was reversed."""

    id = serializers.CharField(source="public_id")
    call = serializers.CharField(source="call.public_id", default=None)
    measure = serializers.CharField(source="measure.public_id", default=None)
    zones = serializers.SlugRelatedField("name", many=True, read_only=True)
    partners = PartnerSerializer(many=True)
    awarded = serializers.DecimalField(max_digits=14, decimal_places=2)
    paid = serializers.DecimalField(max_digits=14, decimal_places=2)
    next_review = serializers.DateField()

    class Meta:
        model = SubProject
        fields = (
            "id", "title", "call", "target_group", "note", "zones", "starts_on", "ends_on", "state", "state_since",
            "state_reason", "partners", "measure", "awarded", "paid", "next_review", "version",
        )  # fmt: skip
        read_only_fields = fields


class SharedFilter(filters.DjangoFilterBackend):
    """Hands the user to the FilterSet, so that its choices are hers."""

    filterset_base = SubProjectFilter

    def get_filterset_kwargs(self, request: Request, queryset: Any, view: Any) -> dict[str, Any]:
        return super().get_filterset_kwargs(request, queryset, view) | {"user": request.user}


class _SubProjects:
    permission_classes = [ByAccessRule]
    lookup_field = "public_id"
    queryset = SubProject.objects.none()
    serializer_class = SubProjectSerializer

    def get_queryset(self) -> Any:
        rows = SubProject.objects.visible_to(self.request.user)  # type: ignore[attr-defined]
        return with_figures(rows.select_related("call", "measure").prefetch_related("zones", "partners__unit"))


class SubProjectList(_SubProjects, generics.ListAPIView):
    """The sub-projects the user may see, with the filters of the page."""

    filterset_class = SubProjectFilter
    filter_backends = [SharedFilter]

    def get_queryset(self) -> Any:
        return super().get_queryset().order_by("id")


class SubProjectDetail(_SubProjects, generics.RetrieveAPIView):
    pass


sub_project_list = access(READERS)(SubProjectList.as_view())
sub_project_detail = access(READERS)(SubProjectDetail.as_view())
