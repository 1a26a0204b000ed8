"""Charts: what is drawn, as text, of figures that the caller has. No database, no clock; the result is JSON and can be frozen.

    chart = bars(id="regions", title="Tiltak etter region", rows=[{"label": "Nord", "value": 12}, ...])
    {% include "charts/chart.html" with chart=chart %}      in a PDF: with chart=chart in_pdf=True

One function for each kind, one template for page and PDF. Coordinates are written out here, with a point: a template would write
a Norwegian comma. `table_elsewhere=True` leaves the table out, and `no_legend=True` the legend, where the caller has them itself.
"""

from organisation.charts.bar import bars
from organisation.charts.frame import together
from organisation.charts.line import lines
from organisation.charts.numbers import norwegian
from organisation.charts.stack import stacked
from organisation.charts.target import targets

__all__ = ["bars", "lines", "norwegian", "stacked", "targets", "together"]
