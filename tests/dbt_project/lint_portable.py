"""Lints over one model's SQL: does it run on every engine we promise, and does a mart list its columns?

Each takes SQL as dbt compiled it (or, ``handwritten``, as its author wrote it) and gives back
offences, one sentence each: what, where, why, remedy. Money and keys are in ``lint_grain``.
"""

import re
from collections.abc import Iterator
from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import Schema

Columns = dict[str, dict[str, dict[str, str]]]  # schema -> relation -> column -> type

# What DuckDB, Spark and Postgres all know by the same name and meaning. Dates, zones and text types
# differ per engine: they come from macros (dbt.dateadd, local_date, ...), whose DuckDB rendering is
# listed apart and must not be written by hand.
PORTABLE = {
    "abs", "and", "or", "cast", "case", "if", "coalesce", "nullif", "greatest", "least", "round", "count",
    "sum", "min", "max", "lower", "upper", "trim", "replace", "split_part", "substring", "length",
    "row_number", "lag", "lead", "first_value", "last_value", "rank", "dense_rank", "concat", "exists",
}  # fmt: skip
FROM_MACROS = {"date_add", "date_diff", "date_trunc", "timestamp_trunc", "timezone", "at_time_zone", "dateadd", "datediff"}  # fmt: skip


@cache
def parse(sql: str) -> exp.Expr:
    """Read once for all lints, which only look: who changes a tree copies it first."""
    return sqlglot.parse_one(sql, dialect="duckdb")


def name_of(function: exp.Func) -> str:
    if isinstance(function, exp.Anonymous):
        return function.name.lower()
    return function.sql_name().lower()


def shown(node: exp.Expr) -> str:
    text = node.sql(dialect="duckdb")
    return text if len(text) <= 90 else text[:87] + "..."


CONSTRUCTS: dict[type[exp.Expr], str] = {
    exp.Qualify: "qualify is unknown to Spark and Postgres: rank in a CTE and keep rank 1",
    exp.Array: "array literals differ per engine: write one row per value",
    exp.Struct: "structs have no place in a model: one column per field",
    exp.Map: "maps have no place in a model: one row per key",
    exp.JSONExtract: "JSON operators differ per engine: landing types every field",
    exp.JSONExtractScalar: "JSON operators differ per engine: landing types every field",
    exp.Lateral: "lateral differs per engine: join a CTE",
    exp.Unnest: "unnest differs per engine: landing explodes lists",
}
FLAGS: list[tuple[type[exp.Expr], tuple[str, ...], str]] = [
    (exp.Distinct, ("on",), "distinct on isn't in Spark: rank in a CTE and keep rank 1"),
    (exp.With, ("recursive",), "with recursive isn't in Spark 3.5: components belong to analysis/"),
    (exp.Star, ("except", "except_", "replace"), "exclude and replace are DuckDB's own: list the columns"),
    (exp.Group, ("all",), "group by all is DuckDB's own: list the keys, they are the grain"),
]  # fmt: skip


def constructs_not_portable(sql: str, where: str) -> Iterator[str]:
    """Constructs that some engine we promise doesn't have."""
    tree = parse(sql)
    for kind, reason in CONSTRUCTS.items():
        for node in tree.find_all(kind):
            yield f"{where}: `{shown(node)}`: {reason}."
    for kind, flags, reason in FLAGS:
        for node in tree.find_all(kind):
            if any(node.args.get(flag) for flag in flags):
                yield f"{where}: `{shown(node)}`: {reason}."
    for identifier in tree.find_all(exp.Identifier):
        if identifier.args.get("quoted") and not isinstance(identifier.parent, exp.Table):
            yield (
                f"{where}: quoted identifier {shown(identifier)}: engines fold case differently; use a"
                " plain name."
            )


def functions_not_portable(sql: str, where: str) -> Iterator[str]:
    """Functions that aren't on the list of those every engine knows."""
    for function in parse(sql).find_all(exp.Func):
        name = "try_cast" if isinstance(function, exp.TryCast) else name_of(function)
        if name not in PORTABLE | FROM_MACROS:
            yield (
                f"{where}: function {name} in `{shown(function)}` is on no list of portable functions;"
                " write it with what DuckDB, Spark and Postgres share, or as a macro with a rendering"
                " per engine."
            )


def nulls_unordered(sql: str, where: str) -> Iterator[str]:
    """``order by`` without ``nulls first|last``: engines disagree where nulls go.

    Three dialects with three different defaults read the same text; what they all agree on was said.
    """
    trees = [parse(sql), *(sqlglot.parse_one(sql, dialect=d) for d in ("spark", "postgres"))]
    ordered = list(trees[0].find_all(exp.Ordered))
    readings = [
        [bool(node.args.get("nulls_first")) for node in t.find_all(exp.Ordered)] for t in trees
    ]
    for node, *said in zip(ordered, *readings, strict=True):
        if len(set(said)) > 1:
            yield f"{where}: order by `{shown(node.this)}` leaves nulls to the engine; add nulls first or nulls last."


def aliases_reused(sql: str, where: str, schema: Schema) -> Iterator[str]:
    """A column read in the select that makes it: Postgres, and Spark before 3.4, don't know it yet."""
    tree = parse(sql).copy()
    for table in tree.find_all(exp.Table):
        table.set("catalog", None)
    try:
        qualify(tree, schema=schema, dialect="duckdb", expand_alias_refs=False, identify=False)
    except OptimizeError as error:
        yield f"{where}: {str(error).rstrip('.')}: no column of its sources; compute it in a CTE before."


def handwritten(raw: str, where: str) -> Iterator[str]:
    """What must come from a macro, in the model as its author wrote it (Jinja taken out)."""
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", " ", raw, flags=re.DOTALL)
    text = re.sub(r"--[^\n]*", " ", text)
    text = re.sub(r"'[^']*'", "''", text)
    remedies = {
        r"::": "write cast(x as type)",
        r"\binterval\b": "use days_after or dbt.dateadd",
        r"\b(date_add|dateadd|date_diff|datediff)\s*\(": "use days_after, days_between or dbt's macros",
        r"\bdate_trunc\s*\(": "use first_of_month or dbt.date_trunc",
        r"\b(timezone|from_utc_timestamp)\s*\(": "use local_date",
        r"\b(now|current_date|current_timestamp|today|random|uuid)\b": "models read as_of from run_context: a run must give the same twice",
        r"\bas\s+(text|varchar|string)\b": "use to_text or dbt.type_string(): the name differs per engine",
        r"\bround\s*\(": "use convert: it rounds money once, at the right place",
    }  # fmt: skip
    for pattern, remedy in remedies.items():
        for found in re.finditer(pattern, text, flags=re.IGNORECASE):
            yield f"{where}: `{found.group(0).strip()}` is written by hand; {remedy}."


def stars(sql: str, where: str) -> Iterator[str]:
    """``select *`` in a mart, other than the import of a whole model into its CTE."""
    for select in parse(sql).find_all(exp.Select):
        if not any(
            isinstance(e, exp.Star) or (isinstance(e, exp.Column) and e.is_star)
            for e in select.expressions
        ):
            continue
        is_import = (
            isinstance(select.parent, exp.CTE)
            and len(select.expressions) == 1
            and not select.args.get("joins")
            and isinstance(table := select.args["from_"].this, exp.Table)
            and bool(table.args.get("db"))
        )
        if not is_import:
            yield f"{where}: `{shown(select)}`: a mart lists its columns, so a new one upstream never slips out; list them."
