"""The API of sub-projects and grants, to be read: the same rows, filters and rules as the pages."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import generics, serializers
from rest_framework.request import Request

from grants.domain.grant_money import money_seen
from grants.filters import SubProjectFilter, with_figures
from grants.grant_filters import GrantFilter
from grants.models import GRANT_ROLES, READING_ROLES, Grant, SubProject, SubProjectPartner
from grants.permissions import reads_inside
from organisation.access import access, roles
from organisation.api import ByAccessRule
from organisation.models import CASE_ROLES, Role

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


class GrantSerializer(serializers.ModelSerializer):
    """Amounts are kroner as text. `spent` comes from the accounts, or else from the sub-projects' ledgers; null is unknown.

    What a municipality keeps for itself, its case number and how it uses the money, is empty to the directorate.
    """

    id = serializers.CharField(source="public_id")
    scheme = serializers.CharField(source="scheme.name")
    funder = serializers.CharField(source="scheme.funder")
    reporting_unit = serializers.CharField(source="reporting_unit.name")
    responsible_unit = serializers.CharField(source="responsible_unit.name", default=None)
    budgeted = serializers.DecimalField(source="money.budgeted", max_digits=14, decimal_places=2)
    spent = serializers.DecimalField(source="money.spent", max_digits=14, decimal_places=2)
    spent_source = serializers.CharField(source="money.source")
    left = serializers.DecimalField(source="money.left", max_digits=14, decimal_places=2)

    class Meta:
        model = Grant
        fields = (
            "id", "scheme", "funder", "reporting_unit", "responsible_unit", "year", "state", "state_since", "case_number",
            "applied_nok", "awarded_nok", "carried_over_nok", "budgeted", "spent", "spent_source", "left", "positions",
            "report_by", "version",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: Grant) -> dict[str, Any]:
        found = super().to_representation(instance)
        if not reads_inside(self.context["request"].user, instance):
            found |= {"case_number": "", "budgeted": None}
        return found


class _Grants:
    permission_classes = [ByAccessRule]
    lookup_field = "public_id"
    queryset = Grant.objects.none()
    serializer_class = GrantSerializer

    def get_queryset(self) -> Any:
        rows = Grant.objects.visible_to(self.request.user)  # type: ignore[attr-defined]
        return rows.select_related("scheme", "reporting_unit", "responsible_unit")


class GrantList(_Grants, generics.ListAPIView):
    """The grants the user may see, with the filters of the page."""

    filterset_class = GrantFilter
    filter_backends = [SharedFilter]

    def get_queryset(self) -> Any:
        return super().get_queryset().order_by("id")

    def paginate_queryset(self, queryset: Any) -> Any:
        return _with_money(self.request.user, super().paginate_queryset(queryset))


class GrantDetail(_Grants, generics.RetrieveAPIView):
    def get_object(self) -> Any:
        return _with_money(self.request.user, [super().get_object()])[0]


def _with_money(user: Any, grants: Any) -> Any:
    found = money_seen(grants, own=user.municipality_ids(*CASE_ROLES))
    for grant in grants:
        grant.money = found[grant.pk]
    return grants


grant_list = access(roles(*GRANT_ROLES))(GrantList.as_view())
grant_detail = access(roles(*GRANT_ROLES))(GrantDetail.as_view())
