"""What WeasyPrint 70 does not write into a PDF/A-3 as an archive wants it: the second identifier and the files.

WeasyPrint can attach files, but names each of them twice in AF and guesses their types, so it gets none.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import pydyf

from organisation.pdf.order import Attachment

# A file without a day of its own is as old as its document; a document without one has this, so that bytes never change.
NO_DAY = "D:19700101000000Z"
# Says that the file is PDF/UA-1 as well as PDF/A. PDF/A wants the foreign property described, and XMP one rdf:RDF.
PDFUA_XMP = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA version</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
END = b"</rdf:RDF>"


def identify(pdf: Any, by_reference: dict[bytes, Any]) -> None:
    """Write the PDF/UA identifier beside that of PDF/A."""
    metadata = by_reference[pdf.catalog["Metadata"]]
    before, after = b"".join(metadata.stream).rsplit(END, 1)
    metadata.stream = [before + PDFUA_XMP + END + after]


def embed(attachments: Sequence[Attachment], pdf: Any) -> None:
    """Put files into the PDF: in the viewer's list of files, and associated with the document as its data."""
    if not attachments:
        return
    files = {attachment.name: _file(attachment, pdf) for attachment in attachments}
    names = pydyf.Array()
    for name in sorted(files):
        names += [pydyf.String(name), files[name]]
    tree = pydyf.Dictionary({"Names": names})
    pdf.add_object(tree)
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree.reference
    pdf.catalog["AF"] = pydyf.Array(files.values())


def _file(attachment: Attachment, pdf: Any) -> bytes:
    day = pdf.info.get("ModDate", pydyf.String(NO_DAY))
    checksum = hashlib.md5(attachment.content, usedforsecurity=False).hexdigest()
    about = {"Size": len(attachment.content), "CheckSum": f"<{checksum}>", "CreationDate": day, "ModDate": day}
    extra = {
        "Type": "/EmbeddedFile",
        "Subtype": pydyf.name(attachment.mime),
        "Params": pydyf.Dictionary(about),
    }
    stream = pydyf.Stream([attachment.content], pydyf.Dictionary(extra), compress=True)
    pdf.add_object(stream)
    specification = pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": pydyf.String(attachment.name),
            "UF": pydyf.String(attachment.name),
            "Desc": pydyf.String(attachment.description),
            "AFRelationship": "/Data",
            "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
        }
    )
    pdf.add_object(specification)
    reference: bytes = specification.reference
    return reference
