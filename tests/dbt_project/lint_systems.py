"""What a system needs beside its source module, and whoever adds one may forget.

``forgotten`` looks at a system in dbt's manifest, the group's file and the tests, and gives back
offences, one sentence each: what is missing, where it belongs.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

# Landing writes these for every system alike; they are read through raw_group's views and a macro.
LOGS = ("dead_letters", "load_completeness", "api_usage", "_dlt_loads")
# Tests that go over all systems and can't know by themselves what one looks like.
BESIDE = {
    "tests/end_to_end/fault_matrix.py": "no fault is played on its loads",
    "tests/bench/raw_vendors.py": "no bench has its rows",
}


def forgotten(
    system: str,
    tables: Collection[str],
    manifest: Mapping[str, Any],
    accounts: Collection[str],
    root: Path,
) -> Iterator[str]:
    """``tables``: what landing writes of the system; ``accounts``: systems that the group's file names."""
    if system not in accounts:
        yield f"{system}: no account in group.toml, so nobody sees how one is written; add it there."
    yield from _unstaged(system, tables, manifest)
    yield from _not_united(system, manifest)
    served = [root / "sandbox" / system / "server.py", root / "sandbox" / "rates" / f"{system}.py"]
    if not any(file.exists() for file in served):
        yield f"{system}: no server in sandbox/{system}/server.py, so no test can load it."
    named = re.compile(rf"\b{system}\b")
    tests = (root / "tests" / "ingestion").glob("test_*.py")
    if not any(named.search(file.read_text()) for file in tests):
        yield f"{system}: no test of its load; add tests/ingestion/test_{system}.py."
    for file, what in BESIDE.items():
        if not named.search((root / file).read_text()):
            yield f"{system}: {file} doesn't name it, so {what}; add it there."


def _unstaged(system: str, tables: Collection[str], manifest: Mapping[str, Any]) -> Iterator[str]:
    folder = f"dbt_project/models/staging/{system}"
    sources = {
        source["name"]: source
        for source in manifest["sources"].values()
        if source["source_name"] == f"raw_{system}"
    }
    read = {
        parent
        for model in _models(manifest)
        if model["original_file_path"].startswith(f"models/staging/{system}/")
        for parent in model["depends_on"]["nodes"]
    }
    for table in sorted({*tables, *LOGS}):
        if table not in sources:
            yield f"{system}: raw_{system}.{table} isn't in {folder}/_{system}__sources.yml; describe it."
            continue
        why_not = (sources[table]["config"].get("meta") or {}).get("unused")
        is_read = sources[table]["unique_id"] in read
        if table not in LOGS and not is_read and not why_not:
            yield (
                f"{system}: no model of {folder} reads raw_{system}.{table}; stage it, or say in its source"
                " why not (config: meta: unused)."
            )
        if is_read and why_not:
            yield f"{system}: raw_{system}.{table} is read, yet its source says unused; take that away."


def _not_united(system: str, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Some ``int_..._unioned`` must rest on the system's staging, else its rows reach no mart."""
    models = {model["unique_id"]: model for model in _models(manifest)}
    reached = {
        name
        for name, model in models.items()
        if model["original_file_path"].startswith(f"models/staging/{system}/")
    }
    while True:
        more = {
            name
            for name, model in models.items()
            if model["original_file_path"].startswith("models/intermediate/")
            and reached & set(model["depends_on"]["nodes"])
        } - reached
        if not more:
            break
        reached |= more
    if not any(models[name]["name"].endswith("__unioned") for name in reached):
        yield (
            f"{system}: no union model of models/intermediate reads its staging, so no mart has its rows;"
            " add it to its role's union."
        )


def _models(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (node for node in manifest["nodes"].values() if node["resource_type"] == "model")
