"""What is measured, each in a fresh process; importable by name, because processes are spawned."""

import importlib
import io
import json
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console

CONTEXT = multiprocessing.get_context("spawn")
# Imported before the clock starts, whoever uses it: what is measured is work on data.
IMPORTED = ("dlt", "duckdb", "orjson", "pandas", "pyarrow.parquet", "ingestion.sources.shopify")


def measured(work: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Seconds, CPU and peak memory of a call in a fresh process, and what it gives back, a mapping."""
    answers: multiprocessing.Queue = CONTEXT.Queue()
    process = CONTEXT.Process(target=_measure, args=(answers, work, arguments))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"bench: {work.__name__} failed, see above")
    return answers.get()


def _measure(answers: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    for name in IMPORTED:
        importlib.import_module(name)
    begun, busy = time.monotonic(), time.process_time()
    found = work(*arguments) or {}
    seconds, cpu = time.monotonic() - begun, time.process_time() - busy
    taken = {"seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "peak_mb": _peak_mb()}
    answers.put({**found, **taken})


def _peak_mb() -> int:
    """Of this process, or of the largest it started."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) // 1024


def raw(days: int, orders: int, folder: Path) -> dict[str, Any]:
    """A world and its raw tables in ``folder``; gives back (name, seconds, peak MB) of each step."""
    from sandbox.world import build
    from tests.bench import raw_world

    begun = time.monotonic()
    world = build(1, days, orders)
    built = time.monotonic()
    steps = [(f"world: {step.name}", round(step.seconds, 2), step.peak_mb) for step in world.steps]
    steps.append(("world", round(built - begun, 2), _peak_mb()))
    raw_world.write(world, raw_world.group_of(world, folder), folder / "warehouse.duckdb")
    steps.append(("raw tables", round(time.monotonic() - built, 2), _peak_mb()))
    return {"steps": steps}


def after_load(folder: Path) -> dict[str, Any]:
    """Everything after the loads, on the warehouse in ``folder``: what it said, and whether it published."""
    os.environ["WAREHOUSE_PATH"] = str(folder / "warehouse.duckdb")
    os.environ["PUBLISHED_PATH"] = str(folder / "published.duckdb")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    from orchestration import environment

    environment.silence_telemetry()
    environment.use_group(folder / "group.toml")
    import dagster as dg

    import ingestion
    from orchestration import runs, status
    from orchestration.definitions import JOB, concord
    from orchestration.progress import Progress

    definitions, loaded = concord(), {"raw_group", *(f"raw_{s}" for s in ingestion.systems())}
    keys = [
        key
        for asset in definitions.assets or ()
        if isinstance(asset, dg.AssetsDefinition)
        for key in asset.keys
        if key.path[0] not in loaded
    ]
    said = io.StringIO()
    with Progress(Console(file=said, width=160)) as progress:
        outcome = runs.execute(definitions, JOB, progress, keys)
    verdict = status.read(folder / "published.duckdb") or {}
    failures = "".join(f"{step}: {why}\n" for step, why in outcome.failures.items())
    return {
        "output": f"{said.getvalue()}{failures}{json.dumps(verdict, indent=1)}",
        "published": verdict.get("verdict") == "published",
    }


def publish_reference(warehouse: Path, out: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"attach '{warehouse}' as w (read_only)")
        con.execute(f"attach '{out}' as p")
        con.execute("create schema p.marts")
        tables = con.execute(
            "select table_name from duckdb_tables() where database_name = 'w' and schema_name = 'marts'"
        ).fetchall()
        for (table,) in tables:
            con.execute(f"create table p.marts.{table} as from w.marts.{table}")


def publish_ours(warehouse: Path, out: Path) -> None:
    from orchestration import dbt_run, marts, publication

    publication.write(warehouse, out, marts.public(dbt_run.manifest()), "bench", None)


def audits(warehouse: Path) -> None:
    import expectations
    from expectations.warehouse import run_suite

    for suite in expectations.suites().values():
        run_suite(warehouse, suite.module)
