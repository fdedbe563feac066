"""The steps in their order on a tiny line: turns at the file, refusals, what a killed run leaves."""

import json
import os
import signal
import subprocess
import sys

import dagster as dg
import pytest

from orchestration import environment, publish, runs
from tests.orchestration import tiny


def status(line: tiny.Line) -> dict:
    return json.loads((line.folder / "status.json").read_text())


def test_the_line_publishes_and_leaves_the_file_to_others_after_each_step(line: tiny.Line):
    outcome, heard = line.run()
    assert outcome.success, outcome.failures
    assert heard.steps == dict.fromkeys(
        ["transform", "identity", "transform_2", "publish"], "success"
    )
    assert heard.locked_out == {}
    assert heard.rows["marts/orders"]["dagster/row_count"].value == 3
    assert heard.rows["raw_identity/customer_keys"]["rows_loaded"].value == 2
    keys = line.rows(
        "select customer_key from marts.orders where amount <> 20 order by account", line.published
    )
    assert keys[0] == keys[1]  # one person in two shops
    said = status(line)
    assert said["verdict"] == "published"
    assert said["publication"]["run_id"] == outcome.run_id
    assert said["publication"]["as_of"] == "2026-07-01T00:00:00"

    again, heard = line.run()
    assert again.success
    assert heard.rows["raw_identity/assignments"]["rows_loaded"].value == 0


def test_a_table_that_is_not_well_formed_stops_the_line_and_readers_keep_the_last(line: tiny.Line):
    first, _ = line.run()
    line.write("insert into raw_shop.orders values ('de', '3', 'c3', 'eve@example.com', null)")
    outcome, heard = line.run()
    assert not outcome.success
    assert heard.steps["transform"] == "failure"
    assert "publish" not in heard.steps
    assert heard.locked_out == {}
    assert "not_null_stg_shop__orders_amount" in outcome.failures["transform"]
    said = status(line)
    assert said["verdict"] == "failed"
    assert said["failed_step"] == "transform"
    assert "not_null_stg_shop__orders_amount" in said["message"]
    assert "concord run" in said["next_step"]
    assert said["publication"]["run_id"] == first.run_id
    assert line.rows("select count(*) from marts.orders", line.published) == [(3,)]


def test_publish_refuses_when_an_audit_gave_no_answer_in_this_run(line: tiny.Line):
    line.run()
    suites = {"marts.orders": tiny.Suite("marts.orders", "finance", "orders")}
    definitions = line.definitions(suites)
    with runs.instance() as storage:
        ran = definitions.resolve_job_def(tiny.JOB).execute_in_process(
            asset_selection=[publish.KEY], instance=storage, raise_on_error=False
        )
    assert not ran.success
    said = status(line)
    assert said["run_id"] == ran.run_id
    assert said["verdict"] == "withheld"
    assert [(a["relation"], a["owner"]) for a in said["failed_audits"]] == [
        ("marts.orders", "finance")
    ]


def start(line: tiny.Line, at_step: str, then: str) -> subprocess.Popen[bytes]:
    """Run the line in a process of its own; wait until it is in a step, where it does `then`."""
    script = f"""
import pathlib, time
from orchestration import environment, runs
from tests.orchestration import tiny
environment.DBT_PROJECT = pathlib.Path({str(environment.DBT_PROJECT)!r})
class Watcher(tiny.Listener):
    def hear(self, entry):
        event = entry.dagster_event
        if event and entry.step_key == {at_step!r} and event.event_type_value == "STEP_START":
            print("in", flush=True)
            {then}
try:
    runs.execute(tiny.Line(pathlib.Path({str(line.folder)!r})).definitions(), tiny.JOB, Watcher())
except KeyboardInterrupt:
    print("interrupted")
"""
    started = subprocess.Popen(
        [sys.executable, "-c", script], cwd=environment.PROJECT, stdout=subprocess.PIPE
    )
    assert started.stdout
    assert started.stdout.readline() == b"in\n"
    return started


@pytest.mark.soak
def test_a_killed_run_gives_back_its_turn(line: tiny.Line):
    """Killed inside a step that holds the writer: the next run ends it and takes its place."""
    killed = start(line, "identity", "time.sleep(600)")
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    outcome, _ = line.run()
    assert outcome.success
    with runs.instance() as storage:
        states = {run.run_id: run.status for run in storage.get_runs()}
    assert sorted(state.value for state in states.values()) == ["FAILURE", "SUCCESS"]
    assert states[outcome.run_id] == dg.DagsterRunStatus.SUCCESS


def test_an_interrupted_run_ends_at_once_and_gives_back_its_turn(line: tiny.Line):
    """Dagster by itself would retry the step or go on with the next, and keep the turn for ever."""
    interrupted = start(line, "transform_2", "pass")
    os.kill(interrupted.pid, signal.SIGINT)
    out, _ = interrupted.communicate(timeout=30)
    assert b"interrupted" in out
    outcome, _ = line.run()
    assert outcome.success
