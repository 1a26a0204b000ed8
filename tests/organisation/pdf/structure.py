"""Is this PDF what an archive and a screen reader want? Every fault with its place; call `check` on any document.

Not a validator of the whole standards: it looks for what the documents promise (docs/architecture.md, "Documents").
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf

from organisation.pdf.order import A3, Attachment
from tests.organisation.pdf import structure_pages, structure_tree

XML = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "schema": "http://www.aiim.org/pdfa/ns/schema#",
    "property": "http://www.aiim.org/pdfa/ns/property#",
}
FORBIDDEN = ("/OpenAction", "/AA", "/AcroForm", "/Collection", "/Perms", "/Requirements")
BLEND_MODES = {"/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten", "/ColorDodge"}
BLEND_MODES |= {"/ColorBurn", "/HardLight", "/SoftLight", "/Difference", "/Exclusion", "/Hue", "/Saturation"}
BLEND_MODES |= {"/Color", "/Luminosity"}


def check(path: Path, *, variant: str = A3, attachments: Sequence[Attachment] = ()) -> None:
    """Fails with a line for every fault."""
    found = faults(path, variant=variant, attachments=attachments)
    assert not found, "\n".join([f"{path.name}: {len(found)} faults", *found])


def faults(path: Path, *, variant: str = A3, attachments: Sequence[Attachment] = ()) -> list[str]:
    with pikepdf.open(path) as pdf:
        checks: list[Iterable[str]] = [
            catalog(pdf),
            metadata(pdf, variant),
            files(pdf, variant, attachments),
            fonts(pdf),
            painting(pdf),
            outline(pdf),
            structure_pages.faults(pdf),
            structure_tree.faults(pdf),
        ]
        return [fault for each in checks for fault in each]


def catalog(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if pdf.is_encrypted:
        yield "file: encrypted"
    if pdf.pdf_version != "1.7" or "/ID" not in pdf.trailer:
        yield f"file: version {pdf.pdf_version}, or no ID"
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "catalog: MarkInfo does not say that it is marked"
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", str(root.get("/Lang", ""))):
        yield f"catalog: no language: {root.get('/Lang')!r}"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "catalog: the window would not show the title"
    yield from (f"catalog: {key} does not belong in an archive" for key in FORBIDDEN if key in root)
    if "/JavaScript" in root.get("/Names", {}):
        yield "catalog: JavaScript"
    intents = list(root.get("/OutputIntents", []))
    if [str(intent.S) for intent in intents] != ["/GTS_PDFA1"]:
        yield f"catalog: {len(intents)} output intents, or none for PDF/A"
    elif intents[0].DestOutputProfile.N != 3 or intents[0].DestOutputProfile.read_bytes()[36:40] != b"acsp":
        yield "catalog: the output intent has no profile of three colours"


def metadata(pdf: pikepdf.Pdf, variant: str) -> Iterator[str]:
    stream = pdf.Root.get("/Metadata")
    if stream is None:
        yield "XMP: none"
        return
    tree = ElementTree.fromstring(stream.read_bytes())
    graphs = tree.findall("rdf:RDF", XML)
    if len(graphs) != 1:
        yield f"XMP: {len(graphs)} rdf:RDF, of which programs read the first"
    graph = graphs[0]
    for name, wanted in (("pdfaid:part", variant[6]), ("pdfaid:conformance", "A"), ("pdfuaid:part", "1")):
        if _values(graph, name) != [wanted]:
            yield f"XMP: {name} is {_values(graph, name)}, not {wanted}"
    described = [
        (
            resource.findtext("schema:prefix", "", XML),
            [each.text for each in resource.iterfind(".//property:name", XML)],
        )
        for resource in graph.iterfind(".//rdf:li", XML)
        if resource.find("schema:prefix", XML) is not None
    ]
    if described != [("pdfuaid", ["part"])]:
        yield f"XMP: the extension schema describes {described}"
    yield from _info_and_xmp(pdf, graph)


def _info_and_xmp(pdf: pikepdf.Pdf, graph: ElementTree.Element) -> Iterator[str]:
    info = pdf.docinfo
    pairs = [("/Title", "dc:title"), ("/Author", "dc:creator"), ("/Subject", "dc:description")]
    pairs += [("/Creator", "xmp:CreatorTool"), ("/Producer", "pdf:Producer")]
    pairs += [("/CreationDate", "xmp:CreateDate"), ("/ModDate", "xmp:ModifyDate")]
    for key, name in pairs:
        inside, outside = str(info.get(key, "")), ", ".join(_values(graph, name))
        if "Date" in key:
            inside, outside = re.sub(r"\D", "", inside), re.sub(r"\D", "", outside)
        if inside != outside:
            yield f"Info {key} is {inside!r}, but XMP {name} is {outside!r}"
    if not str(info.get("/Title", "")).strip():
        yield "Info: no title"
    if foreign := set(info.keys()) - {key for key, _ in pairs}:
        yield f"Info: {sorted(foreign)} is not in XMP"


def _values(graph: ElementTree.Element, name: str) -> list[str]:
    """The values of a property, written as an attribute, as an element, or as a list in one."""
    prefix, local = name.split(":")
    full = f"{{{XML[prefix]}}}{local}"
    found = []
    for description in graph.findall("rdf:Description", XML):
        if full in description.attrib:
            found.append(description.attrib[full])
        for element in description.findall(full):
            items = element.findall(".//rdf:li", XML)
            found += [item.text or "" for item in items] or [element.text or ""]
    return found


def files(pdf: pikepdf.Pdf, variant: str, attachments: Sequence[Attachment]) -> Iterator[str]:
    expected = {each.name: each for each in attachments} if variant == A3 else {}
    specifications = [item for item in pdf.objects if _is(item, "/Filespec")]
    embedded = [item for item in pdf.objects if _is(item, "/EmbeddedFile")]
    names = sorted(pdf.attachments)
    if names != sorted(expected):
        yield f"files: {names}, not {sorted(expected)}"
    if len(specifications) != len(expected) or len(embedded) != len(expected):
        yield f"files: {len(specifications)} specifications and {len(embedded)} streams for {len(expected)} files"
    associated = [str(each.UF) for each in pdf.Root.get("/AF", [])]
    if sorted(associated) != sorted(expected):
        yield f"files: {associated} are associated with the document"
    for specification in specifications:
        name, stream = str(specification.get("/UF", "")), specification.EF.F
        wanted = expected.get(name)
        if str(specification.get("/AFRelationship")) != "/Data" or str(specification.get("/F", "")) != name:
            yield f"file {name}: no relationship Data, or another name for old programs"
        if wanted and (stream.read_bytes() != wanted.content or str(stream.get("/Subtype")) != f"/{wanted.mime}"):
            yield f"file {name}: another content or type"
        if wanted and str(specification.get("/Desc", "")) != wanted.description:
            yield f"file {name}: another description"
        if "/ModDate" not in stream.get("/Params", {}):
            yield f"file {name}: no day"


def _is(item: Any, kind: str) -> bool:
    return isinstance(item, pikepdf.Dictionary | pikepdf.Stream) and item.get("/Type") == kind


def fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    described = 0
    for font in (item for item in pdf.objects if _is(item, "/Font")):
        name = str(font.get("/BaseFont", "?"))
        if "/DescendantFonts" in font and "/ToUnicode" not in font:
            yield f"font {name}: its text can't be copied or read aloud"
        if "/DescendantFonts" in font or font.Subtype == "/Type3":
            continue
        described += 1
        descriptor = font.get("/FontDescriptor", {})
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
            yield f"font {name}: not embedded"
        if not re.match(r"/[A-Z]{6}\+", name):
            yield f"font {name}: not a subset"
    if not described:
        yield "fonts: none"


def painting(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Of transparency and images what PDF/A-2 and -3 forbid; there is an output intent, so that groups need no colours."""
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            continue
        place = f"object {item.objgen[0]}"
        for name, state in item.get("/ExtGState", {}).items() if isinstance(item, pikepdf.Dictionary) else ():
            if str(state.get("/BM", "/Normal")) not in BLEND_MODES:
                yield f"{place}: blend mode {state.BM} of {name}"
            if "/TR" in state or "/HTP" in state or str(state.get("/TR2", "/Default")) != "/Default":
                yield f"{place}: transfer function or halftone origin in {name}"
        if item.get("/Subtype") == "/Image" and (item.get("/Interpolate") or "/Alternates" in item or "/OPI" in item):
            yield f"{place}: an image that is interpolated or has alternates"
        if item.get("/S") in ("/JavaScript", "/Launch", "/Sound", "/Movie", "/ImportData", "/ResetForm", "/SubmitForm"):
            yield f"{place}: action {item.S}"
        if isinstance(item, pikepdf.Stream) and "/LZWDecode" in str(item.get("/Filter", "")):
            yield f"{place}: LZW"


def outline(pdf: pikepdf.Pdf) -> Iterator[str]:
    pages = {page.obj.objgen for page in pdf.pages}
    texts = [text for level, text in structure_tree.headings(pdf) if level > 1]
    with pdf.open_outline() as bookmarks:
        waiting, titles = list(bookmarks.root), []
        while waiting:
            entry = waiting.pop(0)
            titles.append(entry.title)
            waiting = list(entry.children) + waiting
            target = entry.destination[0] if entry.destination else None
            if target is None or target.objgen not in pages:
                yield f"bookmark {entry.title!r}: leads nowhere"
    if texts and not titles:
        yield "bookmarks: none, though there are headings"
    if any(not title.strip() for title in titles):
        yield "bookmarks: one without a title"
