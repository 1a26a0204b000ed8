"""The archive package: a published report with its data files and metadata, ready to be taken into a Noark 5 archive.

A zip file with the PDF as it was published, its figures as CSV and JSON, and metadata as JSON and as XML, which say the same
in Noark 5's own names (docs/archive-package.md). The same version gives the same bytes, until it is withdrawn: then the
metadata say so. Every package that is taken out stands in the log of changes.
"""

import datetime
import hashlib
import json
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.etree import ElementTree

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import User
from reporting.domain.free_texts import HELD
from reporting.domain.report_files import attachments_of
from reporting.domain.report_kinds import KINDS
from reporting.models import OUT_STATES, ReportExport, ReportVersion, VersionState

NAMESPACE = "urn:povertyplan:arkivpakke:1"
PDF_NAME, JSON_NAME, XML_NAME = "rapport.pdf", "metadata.json", "metadata.xml"
CHUNK = 1 << 16
VARIANT = re.compile(rb"pdfaid:part(?:=\"|>)([123])")
FORMATS = {"text/csv": "CSV", "application/json": "JSON"}
ALGORITHM = "SHA-256"


@dataclass(frozen=True)
class PackedFile:
    """A file of the package as the metadata describe it."""

    name: str
    title: str
    format: str
    size: int
    sha256: str


def take_out(*, published: ReportVersion, out: IO[bytes], by: User, at: datetime.datetime) -> ReportExport:
    """Write the package of a version that has gone out to `out`, and note who took it out. Raises FileNotFoundError.

    Refused when the PDF is not the one that was published.
    """
    with acting(by, "report.export"):
        row = (
            ReportVersion.objects.select_for_update(no_key=True, of=("self",))
            .select_related("report__municipality", "document", "made_by", "sent_by", "approved_by", "published_by")
            .get(pk=published.pk)
        )
        if row.state not in OUT_STATES or row.document is None:
            raise DomainError(_("Bare en rapport som er publisert, kan tas ut til arkivet."))
        pdf = _described(row)
        if row.document.file_sha256 and row.document.file_sha256 != pdf.sha256:
            raise DomainError(_("PDF-filen er ikke den som ble publisert. Lag den på nytt, og prøv igjen."))
        _write(row, pdf, out)
        return ReportExport.objects.create(report_version=row, sha256=_hash_of(out), at=at, by=by)


def metadata_of(row: ReportVersion, files: list[PackedFile]) -> dict[str, Any]:
    """What the archive is told, in Noark 5's names and order. The first of the files is the report itself."""
    report = row.report
    withdrawn = row.state == VersionState.WITHDRAWN
    published, by = _moment(row.published_at), _name(row.published_by)
    return {
        "mappe": {"mappeID": report.case_number},
        "registrering": {
            "systemID": _id(row),
            "opprettetDato": published,
            "opprettetAv": by,
            "tittel": report.title,
            "journaldato": _day(row.published_at),
            "dokumentetsDato": _day(row.sent_at),
            "journalstatus": "Utgår" if withdrawn else "Journalført",
            "merknad": _remarks(row),
            "dokumentbeskrivelse": [
                _description(row, file, place) for place, file in enumerate(files, start=1)
            ],
        },
    }  # fmt: skip


def xml_of(metadata: dict[str, Any]) -> bytes:
    """The metadata as XML: a name is an element, a list the same element several times."""
    root = ElementTree.Element("arkivpakke", {"xmlns": NAMESPACE})
    _fill(root, metadata)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _description(row: ReportVersion, file: PackedFile, place: int) -> dict[str, Any]:
    """One document of the case: the report, or a file that goes with it."""
    main = place == 1
    made, by = _moment(row.sent_at), _name(row.sent_by)
    with override("nb"):
        kind = str(KINDS[row.report.kind].document_type) if main else "Data"
    return {
        "systemID": _id(row, file.name),
        "dokumenttype": kind,
        "dokumentstatus": "Dokumentet er ferdigstilt",
        "tittel": row.report.title if main else f"{row.report.title}: {file.title}",
        "opprettetDato": made,
        "opprettetAv": by,
        "tilknyttetRegistreringSom": "Hoveddokument" if main else "Vedlegg",
        "dokumentnummer": place,
        "tilknyttetDato": _moment(row.published_at),
        "tilknyttetAv": _name(row.published_by),
        "dokumentobjekt": {
            "systemID": _id(row, file.name, file.sha256),
            "versjonsnummer": row.number,
            "variantformat": "Arkivformat" if main else "Produksjonsformat",
            "format": file.format,
            "opprettetDato": made,
            "opprettetAv": by,
            "referanseDokumentfil": file.name,
            "sjekksum": file.sha256,
            "sjekksumAlgoritme": ALGORITHM,
            "filstoerrelse": file.size,
        },
    }


def _remarks(row: ReportVersion) -> list[dict[str, Any]]:
    """What the archive must know beside the document: who approved it, that it corrects another one, that it is withdrawn."""
    remarks: list[tuple[str, str, datetime.datetime | None, User | None]] = []
    if row.approved_at:
        remarks.append(("Godkjenning", "Rapporten er godkjent.", row.approved_at, row.approved_by))
    if row.correction_reason:
        reason = _reason(row)
        text = f"Versjon {row.number} retter en tidligere versjon" + (f": {reason}" if reason else ".")
        remarks.append(("Rettelse", text, row.made_at, row.made_by))
    if row.state == VersionState.WITHDRAWN:
        text = f"Rapporten er trukket tilbake: {row.withdrawn_reason}"
        remarks.append(("Trukket tilbake", text, row.withdrawn_at, row.withdrawn_by))
    return [
        {"merknadstekst": text, "merknadstype": kind, "merknadsdato": _moment(at), "merknadRegistrertAv": _name(by)}
        for kind, text, at, by in remarks
    ]


def _reason(row: ReportVersion) -> str:
    """Why it was corrected, in the words of the report itself; nothing where they are held back there."""
    reason: str = (row.content or {}).get("corrections", {}).get("reason", "")
    return "" if reason == HELD else reason


def _write(row: ReportVersion, pdf: PackedFile, out: IO[bytes]) -> None:
    """The zip: nothing compressed and every entry of the day of publishing, so that the bytes follow from what is in it."""
    assert row.content is not None and row.published_at is not None
    data = attachments_of(row.content)
    files = [pdf] + [
        PackedFile(
            file.name, file.description, FORMATS[file.mime], len(file.content), hashlib.sha256(file.content).hexdigest()
        )
        for file in data
    ]
    metadata = metadata_of(row, files)
    moment = _here(row.published_at).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        with package.open(_entry(PDF_NAME, moment), "w") as entry:
            for chunk in _chunks(row):
                entry.write(chunk)
        for file in data:
            package.writestr(_entry(file.name, moment), file.content)
        written = json.dumps(metadata, ensure_ascii=False, indent=1)
        package.writestr(_entry(JSON_NAME, moment), f"{written}\n")
        package.writestr(_entry(XML_NAME, moment), xml_of(metadata))


def _entry(name: str, moment: Any) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, moment)
    entry.external_attr, entry.create_system = 0o644 << 16, 3
    return entry


def _described(row: ReportVersion) -> PackedFile:
    """The PDF, read once for its hash, its size and which PDF/A it is."""
    found, size, part, tail = hashlib.sha256(), 0, "", b""
    for chunk in _chunks(row):
        found.update(chunk)
        size += len(chunk)
        if not part and (match := VARIANT.search(tail + chunk)):
            part = match[1].decode()
        tail = chunk[-32:]
    return PackedFile(PDF_NAME, "Rapporten", f"PDF/A-{part}a" if part else "PDF", size, found.hexdigest())


def _chunks(row: ReportVersion) -> Iterator[bytes]:
    assert row.document is not None
    with row.document.file.storage.open(str(row.document.file.name), "rb") as stored:
        yield from iter(lambda: stored.read(CHUNK), b"")


def _hash_of(out: IO[bytes]) -> str:
    found = hashlib.sha256()
    out.seek(0)
    for chunk in iter(lambda: out.read(CHUNK), b""):
        found.update(chunk)
    out.seek(0)
    return found.hexdigest()


def _fill(element: ElementTree.Element, values: dict[str, Any]) -> None:
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            inner = ElementTree.SubElement(element, name)
            if isinstance(one, dict):
                _fill(inner, one)
            else:
                inner.text = _xml_text(str(one))


def _xml_text(text: str) -> str:
    """Without the characters that XML can't hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", " ", text)


def _id(row: ReportVersion, *parts: str) -> str:
    """A systemID as Noark wants it, the same each time the package is made."""
    name = "/".join(("povertyplan", row.report.public_id, str(row.number), *parts))
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def _moment(at: datetime.datetime | None) -> str:
    return _here(at).isoformat(timespec="seconds") if at else ""


def _day(at: datetime.datetime | None) -> str:
    return _here(at).date().isoformat() if at else ""


def _here(at: datetime.datetime) -> datetime.datetime:
    return at.astimezone(timezone.get_default_timezone())


def _name(user: User | None) -> str:
    return user.name if user else ""
