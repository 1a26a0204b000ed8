import base64

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.models.municipality import Municipality


class LogoType(models.TextChoices):
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"


class MunicipalityLogo(models.Model):
    """The picture that a municipality's documents begin with. Written by domain/municipality.py only.

    A table of its own, so that nobody who reads a municipality reads the picture. It has no address: pages show it as a
    data: URI. A new one takes the place of the old one as a row, so the audit log has both; it holds no picture.
    """

    municipality = models.OneToOneField(Municipality, models.PROTECT, related_name="logo")
    image = models.BinaryField()
    content_type = models.CharField(max_length=20, choices=LogoType)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField(help_text="Pixels.")
    height = models.PositiveSmallIntegerField(help_text="Pixels.")

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logoer")

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.content_type}"

    @property
    def data_uri(self) -> str:
        return f"data:{self.content_type};base64,{base64.b64encode(self.image).decode()}"
