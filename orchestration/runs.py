"""Runs of the job in this process, remembered in Dagster's own storage, so that the UI shows them too."""

import json
import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import dagster as dg

from orchestration import environment
from orchestration.writer import PROCESS_TAG, WRITER

INSTANCE = {
    "telemetry": {"enabled": False},
    "freshness": {"enabled": True},
    "nux": {"enabled": False},  # the UI opens on the graph, not on a newsletter
    # One writer: DuckDB gives the warehouse to one process at a time.
    "concurrency": {"pools": {"default_limit": 1, "granularity": "op"}},
    # Steps print nothing; to capture that, Dagster would start four processes around each.
    "compute_logs": {
        "module": "dagster.core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    },
    # Ends runs whose process is gone and takes back the pool slot they held.
    "run_monitoring": {"enabled": True, "free_slots_after_run_end_seconds": 30},
}


class Watcher(Protocol):
    """Whoever wants to know how a run goes on."""

    def expect(self, keys: list[str]) -> None: ...
    def hear(self, entry: Any) -> None: ...


@dataclass(frozen=True)
class Outcome:
    run_id: str
    success: bool
    failures: Mapping[str, str]  # step -> what it said


def instance() -> dg.DagsterInstance:
    """Dagster's storage beside the warehouse, created on first use."""
    home = environment.dagster_home()
    home.mkdir(parents=True, exist_ok=True)
    event_log = {
        "module": "orchestration.event_log",
        "class": "KeptSqliteEventLogStorage",
        "config": {"base_dir": str(home / "history" / "runs")},
    }
    settings = INSTANCE | {"event_log_storage": event_log}
    (home / "dagster.yaml").write_text(json.dumps(settings, indent=2))  # JSON is YAML
    os.environ["DAGSTER_HOME"] = str(home)
    return dg.DagsterInstance.get()


def execute(
    definitions: dg.Definitions,
    job_name: str,
    watcher: Watcher,
    selection: Sequence[dg.AssetKey] | None = None,
    run_config: Mapping[str, Any] | None = None,
) -> Outcome:
    """Run the job here and now; `watcher` hears every event of it."""
    job = definitions.resolve_job_def(job_name)
    run_id = str(uuid.uuid4())
    failures: dict[str, str] = {}
    interrupted: list[str] = []

    def hear(entry: Any) -> None:
        event = entry.dagster_event
        if event is not None and event.event_type_value == "STEP_FAILURE":
            failures[entry.step_key] = said_by(event.step_failure_data)
        if was_interrupted(event):
            # Dagster would end this step only, or even try it again, and go on with the next.
            interrupted.append(entry.step_key)
            raise KeyboardInterrupt
        watcher.hear(entry)

    if not selection:
        watcher.expect([node.name for node in job.graph.nodes_in_topological_order])
    with instance() as storage:
        end_lost_runs(storage)
        storage.add_event_listener(run_id, hear)
        result = job.execute_in_process(
            run_id=run_id,
            instance=storage,
            raise_on_error=False,
            asset_selection=list(selection) if selection else None,
            tags={PROCESS_TAG: str(os.getpid())},
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
            | dict(run_config or {}),
        )
    if interrupted:
        raise KeyboardInterrupt
    return Outcome(run_id, result.success, failures)


def was_interrupted(event: dg.DagsterEvent | None) -> bool:
    if event is None:
        return False
    if event.event_type_value == "STEP_FAILURE":
        error = event.step_failure_data.error
    elif event.event_type_value == "STEP_UP_FOR_RETRY":
        error = event.step_retry_data.error
    else:
        return False
    while error is not None and error.cls_name != "DagsterExecutionInterruptedError":
        error = error.cause or error.context
    return error is not None


def said_by(failure: Any) -> str:
    """What the step itself said, without Dagster's frame around it."""
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error and error.cause:
        error = error.cause
    return error.message.strip() if error else "no message"


def end_lost_runs(storage: dg.DagsterInstance) -> None:
    """End runs whose process is gone, and give back the turns of all that ended without doing so."""
    unfinished = dg.RunsFilter(
        statuses=[
            dg.DagsterRunStatus.STARTED,
            dg.DagsterRunStatus.STARTING,
            dg.DagsterRunStatus.CANCELING,
        ]
    )
    for run in storage.get_runs(unfinished):
        process = run.tags.get(PROCESS_TAG)
        if process and not is_alive(int(process)):
            storage.report_run_failed(run, f"Process {process} of this run is gone.")
    events = storage.event_log_storage
    pool = events.get_concurrency_info(WRITER)
    # Interrupted in the middle of a step, Dagster ends the run but keeps its place in the pool.
    for run_id in {place.run_id for place in [*pool.claimed_slots, *pool.pending_steps]}:
        run = storage.get_run_by_id(run_id)
        if run is None or run.is_finished:
            events.free_concurrency_slots_for_run(run_id)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
