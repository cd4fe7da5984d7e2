"""Sets of trials as sorted arrays of primary keys, which come from a database as one text and go back as one.

Called by `matching` and `pages`. 70,000 keys cost some 10 ms this way, a third of what as many rows do.
"""

from typing import Any

import numpy as np
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, BooleanField, Func, QuerySet, TextField, Value
from django.db.models.sql.compiler import SQLCompiler
from numpy.typing import NDArray

#: Sorted, each once.
Keys = NDArray[np.int64]
NONE: Keys = np.empty(0, dtype=np.int64)

_Sql = tuple[str, Any]


class _Joined(Aggregate):
    """All values of a column in one text, separated by commas."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _Sql:
        return self.as_sql(compiler, connection, template="STRING_AGG((%(expressions)s)::text, ',')")


class Among(Func):
    """Whether a column's key is one of `keys`, which are one parameter however many they are.

    Written as a subquery: PostgreSQL would plan an array by looking at each of its elements.
    """

    output_field = BooleanField()

    def __init__(self, column: str, keys: Keys) -> None:
        super().__init__(column, Value(",".join(map(str, keys.tolist()))))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any) -> _Sql:
        return self.as_sql(
            compiler,
            connection,
            template="%(expressions)s || ']'))",
            arg_joiner=" IN (SELECT value FROM json_each('[' || ",
        )

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _Sql:
        return self.as_sql(
            compiler,
            connection,
            template="%(expressions)s, ',')::bigint[]))",
            arg_joiner=" IN (SELECT unnest(string_to_array(",
        )


def keys_of(rows: QuerySet[Any], column: str) -> Keys:
    """The different keys that a column holds."""
    text = rows.aggregate(keys=_Joined(column))["keys"]
    return distinct(np.fromstring(text, dtype=np.int64, sep=",")) if text else NONE


def distinct(keys: NDArray[np.int64]) -> Keys:
    """The keys in order, each once: `np.unique`, which hashes, takes five times as long."""
    ordered: Keys = np.sort(keys)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if ordered.size else NONE


def held(keys: Keys, others: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the others, in any order, are among the keys."""
    if not keys.size:
        return np.zeros(others.size, dtype=bool)
    nearest: Keys = keys[np.searchsorted(keys, others).clip(max=keys.size - 1)]
    return np.equal(nearest, others)


def common(some: Keys, others: Keys) -> Keys:
    """The keys that are in both."""
    few, many = sorted((some, others), key=len)
    return few[held(many, few)]
