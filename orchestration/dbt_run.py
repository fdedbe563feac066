"""dbt, run inside this process: started as a program it needs five seconds before its first model.

It works in a thread of its own, so that each model is announced when it is done and Ctrl-C is heard, and
its connections are closed before control returns, so that any process may open the warehouse next.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from orchestration import environment

FINISHED = {"LogModelResult", "LogSeedResult", "LogTestResult"}
GOOD = {"success", "pass", "warn", "no-op"}
ASKED = "asked_now"  # a tag, for the length of one invocation


def manifest() -> dict[str, Any]:
    """What dbt knows of the project; parsed again when one of its files is newer."""
    file = environment.DBT_PROJECT / "target" / "manifest.json"
    semantic = file.with_name("semantic_manifest.json")
    if not file.exists() or not semantic.exists() or file.stat().st_mtime < _newest_source():
        parse(environment.DBT_PROJECT / "target")
        file.touch()
    return json.loads(file.read_text())


def semantic_manifest() -> dict[str, Any]:
    """The metrics as dbt parsed them, beside the manifest."""
    manifest()
    file = environment.DBT_PROJECT / "target" / "semantic_manifest.json"
    return json.loads(file.read_text())


def parse(target: Path) -> None:
    _parse([], target)


def build(names: Iterable[str], announce: Callable[[str, str], None]) -> list[Any]:
    """Build the named models and tests in the warehouse; one result per node, failed ones included."""
    # Unit tests prove the code, not the batch: `make test` runs them.
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    # Each test is named; and nobody reads what dbt would write of the graph, which takes it seconds.
    arguments += ["--indirect-selection", "empty", "--no-write-json"]
    target, project = environment.dbt_target(), _project(environment.dbt_target(), _newest_source())
    os.environ["WAREHOUSE_PATH"] = str(environment.warehouse_path())  # read by profiles.yml
    with _asked(project, names) as selection:
        return list(_invoke([*arguments, *selection], target, announce, project).results)


@lru_cache(maxsize=1)
def _project(target: Path, written_at: float) -> Any:
    """The project as dbt's own object, parsed once for all builds of a run: each would parse it again."""
    del written_at  # of what was parsed
    name = "partial_parse.msgpack"
    known = environment.DBT_PROJECT / "target" / name
    is_first = known.exists() and not (target / name).exists()
    return parsed(target, *(["--partial-parse-file-path", str(known)] if is_first else []))


def parsed(target: Path, *arguments: str) -> Any:
    """The project as dbt's own object, for ``run`` to use as often as wanted: parsing takes seconds."""
    return _parse(["--no-write-json", *arguments], target)


def _parse(arguments: list[str], target: Path) -> Any:
    # dbt parses everything again for another path. Models know the database by its name only, so the folder
    # is left out of what dbt sees here: what was parsed once serves all warehouses of that name.
    path = environment.warehouse_path()
    try:
        os.environ["WAREHOUSE_PATH"] = path.name
        return _invoke(["parse", *arguments], target, _say_nothing)
    finally:
        os.environ["WAREHOUSE_PATH"] = str(path)


def run(parsed: Any, names: Iterable[str], target: Path, *arguments: str) -> list[Any]:
    """Build the named models of a parsed project, no tests; one result per model, failed ones included."""
    os.environ["WAREHOUSE_PATH"] = str(environment.warehouse_path())
    with _asked(parsed, names) as selection:
        asked = ["run", *arguments, *selection]
        return list(_invoke(asked, target, _say_nothing, parsed).results)


@contextmanager
def _asked(project: Any, names: Iterable[str]) -> Iterator[list[str]]:
    """The option that selects these nodes. By a tag: dbt compares each name with each node, and there are hundreds."""
    wanted = set(names)
    nodes = [node for node in project.nodes.values() if node.name in wanted]
    for node in nodes:
        node.tags.append(ASKED)
    try:
        yield ["--select", f"tag:{ASKED}"]
    finally:
        for node in nodes:
            node.tags.remove(ASKED)


def _say_nothing(name: str, status: str) -> None:
    """Nobody follows this invocation."""


def _invoke(
    arguments: list[str],
    target: Path,
    announce: Callable[[str, str], None],
    parsed: Any = None,
) -> Any:
    from dbt.cli.main import dbtRunner, dbtRunnerResult

    project = str(environment.DBT_PROJECT)
    where = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(target)]
    quiet = ["--log-path", str(target / "logs"), "--log-level", "none", "--no-use-colors"]
    events: SimpleQueue[Any] = SimpleQueue()
    runner = dbtRunner(parsed, callbacks=[events.put])
    thread = Thread(
        target=lambda: events.put(runner.invoke([*arguments, *where, *quiet])),
        name="dbt",
        daemon=True,
    )
    with _warehouse_told():
        thread.start()
        while not isinstance(event := events.get(), dbtRunnerResult):
            if event.info.name in FINISHED:
                announce(event.data.node_info.node_name, event.data.node_info.node_status)
        thread.join()
    _close_connections()
    if event.exception:
        raise event.exception
    return event.result


@contextmanager
def _warehouse_told() -> Iterator[None]:
    """``profiles.yml`` reads the path from the environment, which is then as it was."""
    before = os.environ.get("WAREHOUSE_PATH")
    os.environ["WAREHOUSE_PATH"] = str(environment.warehouse_path())
    try:
        yield
    finally:
        if before is None:
            del os.environ["WAREHOUSE_PATH"]
        else:
            os.environ["WAREHOUSE_PATH"] = before


def _close_connections() -> None:
    """dbt-duckdb keeps one connection for the life of the process; an open one locks everyone else out."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:  # noqa: SLF001  `env()` raises when there is none
        DuckDBConnectionManager.env().close()
    DuckDBConnectionManager.close_all_connections()


def _newest_source() -> float:
    written_by_dbt = {"target", "logs"}
    return max(
        file.stat().st_mtime
        for top in environment.DBT_PROJECT.iterdir()
        if top.name not in written_by_dbt
        for file in ([top] if top.is_file() else top.rglob("*"))
        if file.suffix in {".sql", ".yml", ".csv", ".md"}
    )
