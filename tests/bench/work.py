"""What is measured, each in a fresh process; importable by name, because processes are spawned."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

CONTEXT = multiprocessing.get_context("spawn")


def measured(work: Callable[..., Any], *arguments: Any) -> dict[str, float]:
    """Seconds and peak memory of a call in a fresh process."""
    answers: multiprocessing.Queue = CONTEXT.Queue()
    process = CONTEXT.Process(target=_measure, args=(answers, work, arguments))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"bench: {work.__name__} failed, see above")
    return answers.get()


def _measure(answers: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    begun = time.monotonic()
    work(*arguments)
    seconds = time.monotonic() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answers.put({"seconds": round(seconds, 2), "peak_mb": round(peak)})


def world(days: int, orders: int) -> None:
    from sandbox.world import build

    build(1, days, orders)


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
