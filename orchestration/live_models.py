"""Which models and raw tables stand behind ``marts.orders``, read from dbt's manifest.

The fast lane builds the same models on the orders that events touched. What rests on nothing of theirs
(rates, accounts, who is who) is *settled*: copied and built once per publication.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MART = ("marts", "orders")
RAW = "raw_shopify"


@dataclass(frozen=True)
class Lineage:
    """Models by name, each list in no order; ``reference``: (schema, table) of raw tables not touched."""

    settled: tuple[str, ...]
    moving: tuple[str, ...]
    reference: tuple[tuple[str, str], ...]


def lineage(manifest: Mapping[str, Any]) -> Lineage:
    from ingestion import live_orders

    touched = {table.name for table in live_orders.STREAM.tables}
    marts = {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and (node["schema"], node["alias"]) == MART
    }
    parents, behind, asked = manifest["parent_map"], set(), [*marts]
    while asked:
        if (one := asked.pop()) not in behind:
            behind.add(one)
            asked += parents.get(one, [])
    sources = {one: _table(manifest["sources"][one]) for one in behind if one.startswith("source.")}
    moving = {one for one, (schema, name) in sources.items() if schema == RAW and name in touched}
    while more := {one for one in behind - moving if moving.intersection(parents.get(one, []))}:
        moving |= more
    names = {one: manifest["nodes"][one]["name"] for one in behind if one not in sources}
    return Lineage(
        settled=tuple(sorted(name for one, name in names.items() if one not in moving)),
        moving=tuple(sorted(name for one, name in names.items() if one in moving)),
        reference=tuple(sorted(table for one, table in sources.items() if one not in moving)),
    )


def _table(source: Mapping[str, Any]) -> tuple[str, str]:
    return source["schema"], source["identifier"]
