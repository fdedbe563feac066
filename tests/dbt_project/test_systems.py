"""A system that someone adds is whole, or a test names what was forgotten."""

import copy
import importlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ingestion import systems
from ingestion.tables import raw_tables
from tests.dbt_project import lint_systems

ROOT = Path(__file__).parents[2]


def accounts() -> set[str]:
    group = tomllib.loads((ROOT / "group.toml").read_text())
    return {account["system"] for account in group["accounts"]}


def tables(system: str) -> list[str]:
    source = importlib.import_module(f"ingestion.sources.{system}")
    return [name for name, _ in raw_tables(source.TABLES)]


@pytest.mark.parametrize("system", systems())
def test_nothing_of_a_system_was_forgotten(system: str, manifest: dict[str, Any]) -> None:
    offences = [*lint_systems.forgotten(system, tables(system), manifest, accounts(), ROOT)]
    assert not offences, "\n".join(offences)


def test_a_system_that_is_only_a_source_module_hears_all_it_lacks(
    manifest: dict[str, Any],
) -> None:
    offences = " ".join(lint_systems.forgotten("mollie", ["payments"], manifest, accounts(), ROOT))
    for said in (
        "mollie: no account in group.toml",
        "raw_mollie.payments isn't in dbt_project/models/staging/mollie/_mollie__sources.yml",
        "raw_mollie._dlt_loads isn't in",
        "no union model of models/intermediate reads its staging",
        "no server in sandbox/mollie/server.py",
        "add tests/ingestion/test_mollie.py",
        "tests/end_to_end/fault_matrix.py doesn't name it",
        "tests/bench/raw_vendors.py doesn't name it",
    ):
        assert said in offences


def test_a_raw_table_that_nobody_reads_must_say_why(manifest: dict[str, Any]) -> None:
    planted = copy.deepcopy(manifest)
    node = planted["nodes"]["model.concord.stg_stripe__events"]
    node["depends_on"]["nodes"] = [
        parent for parent in node["depends_on"]["nodes"] if not parent.endswith("raw_stripe.events")
    ]
    (offence,) = lint_systems.forgotten("stripe", tables("stripe"), planted, accounts(), ROOT)
    assert "no model of dbt_project/models/staging/stripe reads raw_stripe.events" in offence


def test_staging_that_no_union_reads_is_caught(manifest: dict[str, Any]) -> None:
    planted = copy.deepcopy(manifest)
    for node in planted["nodes"].values():
        parents = node.get("depends_on", {}).get("nodes", [])
        if node["resource_type"] == "model" and "/intermediate/" in node["original_file_path"]:
            node["depends_on"]["nodes"] = [p for p in parents if "stg_treasury" not in p]
    (offence,) = lint_systems.forgotten("treasury", tables("treasury"), planted, accounts(), ROOT)
    assert "add it to its role's union" in offence
