"""What our way of making a PDF costs beside bare WeasyPrint: part of `make bench`.

One report of some 30 pages with 20 tables and 6 charts. Ours is everything from HTML to finished bytes: the child process
with its fetcher, limits and messages. Bare is `HTML(...).write_pdf(...)` on the same HTML in a fresh process. What the
finisher takes (tags, files) is measured apart. The two take turns, so that a busy machine slows both. Fails when ours
without the finisher takes more than LIMIT times bare. Nothing here runs in the tests: times depend on the machine.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertyplan.settings")
os.environ.setdefault("DATABASE_URL", "postgresql:///unused")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

from organisation.documents import csv_attachment, json_attachment  # noqa: E402
from organisation.pdf import render  # noqa: E402

RUNS = int(os.environ.get("RUNS", "7"))
LIMIT = 1.15
TABLES, CHARTS, ROWS = 20, 6, 28
TEXT = "Tiltaket er i drift, og familiene møter fast. Enhetene har meldt om flere deltakere enn i forrige halvår. "
BARE = """
import sys, weasyprint
html, base, out, variant = sys.argv[1:]
with open(html, encoding="utf-8") as page:
    weasyprint.HTML(string=page.read(), base_url=base).write_pdf(out, pdf_variant=variant)
"""


def table(number: int) -> str:
    rows = "".join(
        f"<tr><th scope='row'>Tiltak {row}</th><td class='pdf-number'>{row * number}</td>"
        f"<td class='pdf-number'>{row + number}</td><td>{TEXT[:60]}</td></tr>"
        for row in range(ROWS)
    )
    head = "".join(f"<th scope='col'>{name}</th>" for name in ("Tiltak", "Mål", "Resultat", "Merknad"))
    return f"<table><caption>Tabell {number}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def chart(number: int) -> str:
    bars = "".join(
        f"<rect x='40' y='{10 + bar * 16}' width='{30 + 17 * bar}' height='11' fill='#0a5ea8'/>"
        f"<text x='0' y='{19 + bar * 16}' font-size='8'>Område {bar}</text>"
        for bar in range(12)
    )
    size = "viewBox='0 0 300 210' width='500' height='350'"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size} role='img'><title>Figur {number}</title>{bars}</svg>"


def report() -> str:
    content = {
        "municipality": "Prøvevik kommune",
        "title": "Statusrapport",
        "case_number": "26/1",
        "dated": "2026-06-01",
    }
    parts = [
        f"<h2>Mål {number}</h2><p>{TEXT * 12}</p><h3>Tiltak</h3><p>{TEXT * 8}</p>{table(number)}"
        + (f"<h3>Utvikling</h3>{chart(number)}" if number <= CHARTS else "")
        for number in range(1, TABLES + 1)
    ]
    return render.build_html("pdf/base.html", content).replace("</main>", "".join(parts) + "</main>")


def processor() -> float:
    """Seconds of the processor that children have taken: steadier than the clock where others work too."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bare(html: Path, out: Path) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    base = f"{BASE / 'static'}/"
    command = [sys.executable, "-c", BARE, str(html), base, str(out), settings.PDF_VARIANT]
    begin, used = time.perf_counter(), processor()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin, processor() - used


def ours(html: str, out: Path) -> tuple[float, float, float]:
    """Seconds without finishing by the clock and of the processor, and those of finishing."""
    files = [
        csv_attachment("tall.csv", header=["Tiltak", "Tall"], rows=[["Tiltak", 1]] * 500, description="Tallene"),
        json_attachment("tall.json", data={"tall": list(range(500))}, description="Tallene"),
    ]
    finishing = 0.0
    real = render.messages

    def listened(*arguments: Any) -> Iterator[dict[str, Any]]:
        nonlocal finishing
        for message in real(*arguments):
            finishing = message.get("finishing", finishing)
            yield message

    render.messages, render.build_html = listened, lambda template, content: html
    begin, used = time.perf_counter(), processor()
    try:
        render.render_pdf("", {}, out, on_progress=lambda step, percent: None, attachments=files)
    finally:
        took = time.perf_counter() - begin
        render.messages = real
    return took - finishing, processor() - used - finishing, finishing


def is_over(ratios: list[float]) -> bool:
    """Each of a pair of runs that came right after each other: what else the machine does in between weighs little."""
    return statistics.median(ratios) > LIMIT


def main() -> None:
    html = report()
    with tempfile.TemporaryDirectory() as folder:
        page, out, plain = Path(folder, "page.html"), Path(folder, "ours.pdf"), Path(folder, "bare.pdf")
        page.write_text(html, encoding="utf-8")
        bare(page, plain), ours(html, out)  # so that both find everything in the cache of files
        runs = [(*bare(page, plain), *ours(html, out)) for _ in range(RUNS)]
        without, without_used, product, product_used, finishing = map(statistics.median, zip(*runs, strict=True))
        sizes = [path.stat().st_size // 1024 for path in (plain, out)]
    print(f"report with {TABLES} tables and {CHARTS} charts, median of {RUNS} runs, {settings.PDF_VARIANT}")
    print(f"bare WeasyPrint   {without:6.2f} s, of the processor {without_used:6.2f} s, {sizes[0]:5} kB")
    print(f"ours, unfinished  {product:6.2f} s, of the processor {product_used:6.2f} s")
    print(f"finishing         {finishing:6.2f} s, with two files attached         {sizes[1]:5} kB")
    ratios = [run[2] / run[0] for run in runs]
    used = product_used / without_used
    print(f"ours takes {statistics.median(ratios):.3f} times bare ({used:.3f} of the processor), at most {LIMIT}")
    if is_over(ratios):
        sys.exit(f"Our way takes {statistics.median(ratios):.2f} times what bare WeasyPrint takes.")


if __name__ == "__main__":
    main()
