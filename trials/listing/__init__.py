"""Which trials, and in which order: filters, sorting and pages in the database, at any number of trials.

Called by the table, its chart, the exports and the API. `fields_of(study)` says what there is to sort and
filter by, `Filters` which trials are meant, `page_of` finds one page of them, `in_order` all of them.
"""

from .conditions import having_value
from .fields import MODEL, Field, asked_metrics, fields_of, own_name, without_twins
from .filters import Choice, Filters, Range
from .matching import Matched, matching_trials
from .pages import OLDEST_FIRST, Order, Page, Place, in_order, page_of

__all__ = [
    "MODEL",
    "OLDEST_FIRST",
    "Choice",
    "Field",
    "Filters",
    "Matched",
    "Order",
    "Page",
    "Place",
    "Range",
    "asked_metrics",
    "fields_of",
    "having_value",
    "in_order",
    "matching_trials",
    "own_name",
    "page_of",
    "without_twins",
]
