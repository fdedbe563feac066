"""Lints over dbt's manifest: what the project promises to whoever reads the marts.

Each takes the manifest (or one node of it) and gives back offences, one sentence each: what, where,
why, remedy.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.dbt_project.lint_grain import SOURCE_IDS, says_account

Node = Mapping[str, Any]
SPARK_TYPES = re.compile(r"string|bigint|date|timestamp|boolean|decimal\(\d+,\s*\d+\)")
MONEY_TYPE = re.compile(r"decimal\(38,\s*4\)")


def models(manifest: Mapping[str, Any]) -> list[Node]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def public_models(manifest: Mapping[str, Any]) -> list[Node]:
    return [node for node in models(manifest) if node["access"] == "public"]


def undocumented(model: Node) -> Iterator[str]:
    """A public model without contract, owner, grain or column descriptions."""
    where = model["original_file_path"]
    if not model["config"]["contract"]["enforced"]:
        yield f"{where}: no enforced contract, so a type may change under a dashboard; set contract: enforced."
    if not (model["config"].get("meta") or {}).get("owner"):
        yield f"{where}: no owner, so nobody is asked when it breaks; set config.meta.owner to a team."
    if not re.match(r"One row (per|for)\b|One row:", model["description"]):
        yield f"{where}: the description doesn't begin with 'One row per ...'; readers need the grain first."
    for name, column in model["columns"].items():
        if not column["description"]:
            yield f"{where}: column {name} has no description; say what it means and when it is null."


def types_not_portable(model: Node) -> Iterator[str]:
    """Contract types that Spark doesn't know, and money that isn't an exact decimal."""
    where = model["original_file_path"]
    for name, column in model["columns"].items():
        kind = str(column["data_type"])
        if not SPARK_TYPES.fullmatch(kind):
            yield (
                f"{where}: column {name} is {kind}; Spark, DuckDB and Postgres share string, bigint,"
                " decimal(p,s), date, timestamp, boolean: use one of these."
            )
        if re.search(r"(^|_)amount($|_)", name) and not MONEY_TYPE.fullmatch(kind):
            yield f"{where}: column {name} is {kind}; money is decimal(38,4), else it rounds: change the type."


def keys_untested(manifest: Mapping[str, Any]) -> Iterator[str]:
    tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node["test_metadata"]["name"] == "unique_key"
    }
    for model in public_models(manifest):
        if model["unique_id"] not in tested:
            yield f"{model['original_file_path']}: its key isn't tested, so joins may double money; add unique_key."


def tests_without_account(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Key and relation tests by a source's id alone pass or fail by accident of two shops' ids."""
    for node in manifest["nodes"].values():
        if node["resource_type"] != "test":
            continue
        given = node["test_metadata"]["kwargs"]
        columns = set(given.get("columns") or []) | {given.get("column_name"), given.get("field")}
        named = node["test_metadata"]["name"]
        is_key = named in ("unique_key", "unique", "belongs_to", "relationships")
        if is_key and columns & SOURCE_IDS and not says_account(columns):
            ids = ", ".join(sorted(columns & SOURCE_IDS))
            yield (
                f"{node['original_file_path']}: test {named} by {ids} without account; two shops may"
                " share ids: add account to its columns."
            )


def columns_apart(
    landed: Mapping[tuple[str, str], Mapping[str, str]],
    declared: Mapping[tuple[str, str], Mapping[str, str]],
) -> Iterator[str]:
    """Raw tables as ingestion lands them against the sources that dbt declares, column by column."""
    for table in sorted(landed.keys() | declared.keys()):
        name = ".".join(table)
        if table not in declared:
            yield f"{name} is landed but no dbt source: declare it in _<system>__sources.yml."
        elif table not in landed:
            yield f"{name} is a dbt source but nobody lands it: models on it read nothing; remove it."
        else:
            ours, theirs = declared[table], landed[table]
            for column in sorted(ours.keys() | theirs.keys()):
                if ours.get(column) != theirs.get(column):
                    yield (
                        f"{name}.{column}: landed as {theirs.get(column, 'nothing')}, declared as"
                        f" {ours.get(column, 'nothing')}; make the source say what is landed."
                    )
