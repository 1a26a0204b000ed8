"""Files that people attach: what may be, judged by content and not by name. Each app has a table of its own for them."""

import logging
import struct
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, TypeVar

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.domain.errors import DomainError
from organisation.identity_numbers import FILE_NAME_MESSAGE, contains_identity_number
from organisation.models import new_public_id

Row = TypeVar("Row", bound=models.Model)

logger = logging.getLogger(__name__)
OFFICE = "application/vnd.openxmlformats-officedocument."
ALLOWED = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": OFFICE + "wordprocessingml.document",
    ".xlsx": OFFICE + "spreadsheetml.sheet",
}
ACCEPT = ",".join(ALLOWED)
# What a zip must hold inside to be the office file that its name says.
OFFICE_PARTS = {".docx": b"word/", ".xlsx": b"xl/"}


def check_attachment(upload: UploadedFile) -> str:
    """The content type of a file that may be attached; raises DomainError with what is wrong with another."""
    suffix = PurePath(upload.name or "").suffix.lower()
    size = upload.size or 0
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise DomainError(
            _("Filen er %(size)s MB. Den kan være på høyst %(max)s MB.")
            % {"size": -(-size // 1024**2), "max": settings.ATTACHMENT_MAX_BYTES // 1024**2},
            "file",
        )
    if not size:
        raise DomainError(_("Filen er tom."), "file")
    if contains_identity_number(upload.name or ""):
        raise DomainError(FILE_NAME_MESSAGE, "file")
    if suffix not in ALLOWED or not _content_agrees(upload, suffix):
        raise DomainError(
            _("Filen er ikke av en type som kan legges ved. Bruk PDF, PNG, JPEG, Word (.docx) eller Excel (.xlsx)."),
            "file",
        )
    return ALLOWED[suffix]


def store_attachment(upload: UploadedFile, row: type[Row]) -> Row:
    """Check a file and put it into the store under a random name; the row, of a table of files, is not saved yet."""
    content_type = check_attachment(upload)
    name = PurePath(upload.name or "").name[-200:]
    attachment: Any = row(name=name, content_type=content_type, size=upload.size or 0)
    try:
        attachment.file.save(new_public_id() + PurePath(name).suffix.lower(), upload, save=False)
    except OSError as error:
        logger.exception("An attachment could not be stored")
        raise DomainError(
            _("Filen kunne ikke lagres nå. Lagre uten vedlegg, eller prøv igjen senere."), "file"
        ) from error
    stored: Row = attachment
    return stored


@contextmanager
def stored_attachments(uploads: Iterable[UploadedFile], row: type[Row]) -> Iterator[list[Row]]:
    """Put files into the store before the transaction, and take them out again when the transaction fails."""
    stored: list[Any] = []
    try:
        for upload in uploads:
            stored.append(store_attachment(upload, row))
        yield stored
    except BaseException:
        for attachment in stored:
            attachment.file.delete(save=False)
        raise


def _content_agrees(upload: UploadedFile, suffix: str) -> bool:
    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    if suffix in OFFICE_PARTS:
        return head.startswith(b"PK\x03\x04") and _zip_holds(upload, OFFICE_PARTS[suffix])
    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    return ALLOWED[suffix] in found


def _zip_holds(upload: UploadedFile, part: bytes) -> bool:
    try:
        names = zipfile.ZipFile(upload).namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        return False  # whatever a broken or hostile archive makes the reader say
    finally:
        upload.seek(0)
    return any(name.startswith(part.decode()) for name in names)
