"""Lookups in a JSON list of words: tags__holds="nightly" (exactly) and tags__mention="night" (a part)."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import JSONField, Lookup
from django.db.models.sql.compiler import SQLCompiler

Sql = tuple[str, tuple[Any, ...]]


class _ListLookup(Lookup):
    """True when one of the list's words passes `condition`; what is no list holds nothing."""

    prepare_rhs = False
    condition: str
    postgres_condition: str

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        column, params = self.process_lhs(compiler, connection)
        a_list = f"CASE json_valid({column}) WHEN 1 THEN {column} ELSE '[]' END"
        sql = f"EXISTS (SELECT 1 FROM json_each({a_list}) WHERE value {self.condition})"
        return sql, (*params, *params, self.pattern())

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        column, params = self.process_lhs(compiler, connection)
        a_list = f"CASE jsonb_typeof({column}) WHEN 'array' THEN {column} ELSE '[]'::jsonb END"
        words = f"jsonb_array_elements_text({a_list}) word"
        sql = f"EXISTS (SELECT 1 FROM {words} WHERE {self.postgres_condition})"
        return sql, (*params, *params, self.pattern())

    def pattern(self) -> str:
        return str(self.rhs)


@JSONField.register_lookup
class Holds(_ListLookup):
    lookup_name = "holds"
    condition = "= %s"
    postgres_condition = "word = %s"


@JSONField.register_lookup
class Mention(_ListLookup):
    lookup_name = "mention"
    condition = r"LIKE %s ESCAPE '\'"
    postgres_condition = r"word ILIKE %s ESCAPE '\'"

    def pattern(self) -> str:
        text = str(self.rhs)
        for special in ("\\", "%", "_"):
            text = text.replace(special, f"\\{special}")
        return f"%{text}%"
