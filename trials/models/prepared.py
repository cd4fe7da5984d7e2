"""A SELECT whose SQL is built once; used where a trial ends and the next begins, and by pages that poll.

Django takes ten times as long to build such a statement as the database takes to run it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)

#: Stands for the value that differs from call to call while the statement is built: no key is negative.
STAND_IN = -7919


@dataclass(frozen=True)
class _Statement:
    sql: str
    params: tuple[Any, ...]
    columns: slice
    names: list[str]
    annotations: dict[str, int]
    converters: dict[int, tuple[list[Callable[..., Any]], Any]]


class Prepared(Generic[Row]):
    """The rows of a query set that depends on one key, or on none.

    waiting = Prepared(Trial, lambda study: Trial.objects.filter(study=study).waiting())
    trial = waiting.first(study.pk)
    """

    def __init__(self, model: type[Row], build: Callable[[Any], models.QuerySet[Row]]) -> None:
        self.model, self.build = model, build
        self._statements: dict[tuple[str, int | None], _Statement] = {}

    def first(self, key: int | str) -> Row | None:
        """The first row for `key`, None without one; inside a transaction where rows are locked."""
        return next(iter(self._fetch(key, 1)), None)

    def rows(self, key: int | str = STAND_IN) -> list[Row]:
        """All rows; without a key where the query set depends on none."""
        return self._fetch(key, None)

    def _fetch(self, key: int | str, limit: int | None) -> list[Row]:
        place = (connection.vendor, limit)
        statement = self._statements.get(place)
        if statement is None:
            statement = self._statements[place] = self._built(limit)
        params = [key if param in (STAND_IN, str(STAND_IN)) else param for param in statement.params]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, params)
            found = cursor.fetchall()
        return [self._row(statement, list(values)) for values in found]

    def _built(self, limit: int | None) -> _Statement:
        compiler = self.build(STAND_IN)[:limit].query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = compiler.klass_info["select_fields"]
        columns = slice(places[0], places[-1] + 1)
        names = [column[0].target.attname for column in compiler.select[columns]]
        converters = compiler.get_converters(map(itemgetter(0), compiler.select))
        return _Statement(sql, tuple(params), columns, names, dict(compiler.annotation_col_map), converters)

    def _row(self, statement: _Statement, values: list[Any]) -> Row:
        for place, (functions, expression) in statement.converters.items():
            for function in functions:
                values[place] = function(values[place], expression, connection)
        row = self.model.from_db(connection.alias, statement.names, values[statement.columns])
        for name, place in statement.annotations.items():
            setattr(row, name, values[place])
        return row
