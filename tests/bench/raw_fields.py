"""Fields of the world's objects as SQL: found by their path, cast to a raw column's type."""

from dataclasses import dataclass
from typing import Any

from duckdb import sqltypes

from ingestion.types import Type, bigint, boolean, epoch, json, text, timestamp


@dataclass(frozen=True)
class Rows:
    """Objects of one raw table: the fields of ``shape`` under ``prefix`` in ``relation``.

    Beside them stand ``_account``, ``_version_at``, the ids of their ancestors (``_of_<name>``) and, of a
    list's elements, ``position``.
    """

    relation: str
    prefix: str
    shape: dict[str, Any]

    def field(self, path: str) -> tuple[str, Any] | None:
        """SQL and type of a field; None where the world's objects have no such field."""
        first, *inner = path.split(".")
        if first not in self.shape:
            return None
        sql = f'{self.prefix}."{first}"'
        given: Any = self.shape[first]
        for depth, name in enumerate(inner):
            if str(given) == "JSON":
                return f"({sql} ->> '$.{'.'.join(inner[depth:])}')", sqltypes.VARCHAR
            fields = dict(given.children) if given.id == "struct" else {}
            if given.id == "map":
                sql, given = f"{sql}['{name}']", sqltypes.VARCHAR
            elif name in fields:
                sql, given = f'{sql}."{name}"', fields[name]
            else:
                return None
        return sql, given


def typed(rows: Rows, path: str, type_: Type) -> str:
    """A field as its raw column's type; the world's values are all well formed."""
    found = rows.field(path)
    if found is None:
        return f"cast(null as {sql_type(type_)})"
    sql, given = found
    if type_ is json:
        return f"cast(to_json({sql}) as varchar)"
    if type_ is epoch:
        return f"make_timestamp({sql} * 1000000)"
    if type_ is timestamp:
        return f"timezone('UTC', cast({sql} as timestamptz))"
    if type_ in (text, bigint, boolean):
        return f"cast({sql} as {sql_type(type_)})"
    # A float is what its text says.
    return (
        f"cast(cast({sql} as varchar) as {sql_type(type_)})"
        if given.id == "double"
        else f"cast({sql} as {sql_type(type_)})"
    )


def sql_type(type_: Type) -> str:
    return "varchar" if type_.is_text else type_.name
