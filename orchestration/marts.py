"""What is published: dbt's public models and the audits' answers, with their descriptions and keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mart:
    schema: str
    name: str
    description: str
    columns: Mapping[str, str]  # name -> description
    key: tuple[str, ...] = ()
    source: tuple[str, str] | None = None  # the warehouse's schema and table, where they differ
    of_this_run: bool = False  # only rows of the run that publishes


AUDIT_COLUMNS = {
    "run_id": "The run that asked.",
    "audit": "The expectation: its type and what it looks at.",
    "relation": "The table that was audited, as schema.table.",
    "severity": "critical withholds the publication, warning does not.",
    "passed": "Whether the batch met the expectation; false also when the audit itself broke.",
    "observed": "What was found.",
    "expected": "What would have passed.",
    "owner": "The team that answers for the relation.",
    "checked_at": "When the audit ran, UTC.",
    "message": "Why the expectation exists, or what broke.",
}
AUDIT_KEY = ("run_id", "relation", "audit")
AUDIT_SOURCE = ("audit", "audit_results")
AUDIT_RESULTS = Mart(
    "marts",
    "audit_results",
    "One row per audit of the run that published this file.",
    AUDIT_COLUMNS,
    AUDIT_KEY,
    AUDIT_SOURCE,
    of_this_run=True,
)
AUDIT_HISTORY = Mart(
    "marts",
    "audit_history",
    "One row per audit of every run, withheld ones included.",
    AUDIT_COLUMNS,
    AUDIT_KEY,
    AUDIT_SOURCE,
)


def public(manifest: Mapping[str, Any]) -> tuple[Mart, ...]:
    """What BI may read is said in one place: `access: public` on the dbt model."""
    keys = dict(_keys(manifest))
    return tuple(
        Mart(
            schema=node["schema"],
            name=node["alias"],
            description=node["description"],
            columns={name: column["description"] for name, column in node["columns"].items()},
            key=keys.get(unique_id, ()),
        )
        for unique_id, node in sorted(manifest["nodes"].items())
        if node["resource_type"] == "model" and node["config"].get("access") == "public"
    )


def _keys(manifest: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each model's key, as its uniqueness test states it."""
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        if test.get("name") == "unique":
            yield node["attached_node"], (test["kwargs"]["column_name"],)
        elif test.get("name") == "unique_combination":
            yield node["attached_node"], tuple(test["kwargs"]["columns"])
