"""The command line at its edges: quick help, errors that say what to do, children that are stopped."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration import environment, processes

CONCORD = str(Path(sys.executable).with_name("concord"))


def concord(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k not in {"GROUP_CONFIG", "DAGSTER_HOME"}}
    return subprocess.run(
        [CONCORD, *arguments],
        cwd=environment.PROJECT,
        env=clean | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_imports_none_of_the_heavy_parts():
    heavy = "{'dagster', 'dbt', 'dlt', 'great_expectations', 'duckdb', 'pyarrow', 'sandbox'}"
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, orchestration.cli; print({heavy} & set(sys.modules))"],
        cwd=environment.PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "set()"


def test_help_names_every_command():
    said = concord("--help")
    assert said.returncode == 0
    for command in ("run", "load", "backfill", "sweep", "status", "dev", "sandbox"):
        assert command in said.stdout


def test_a_missing_group_file_is_named_with_what_to_do(tmp_path: Path):
    said = concord("run", "--group", str(tmp_path / "none.toml"))
    assert said.returncode == 1
    assert str(tmp_path / "none.toml") in said.stderr
    assert "--sandbox" in said.stderr
    assert "Traceback" not in said.stderr


def test_an_engine_that_the_line_does_not_run_on_is_refused(tmp_path: Path):
    said = concord("status", WAREHOUSE="spark")
    assert said.returncode == 1
    assert "WAREHOUSE=spark" in said.stderr


def test_a_secrets_file_fills_what_the_shell_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GROUP_CONFIG", "before")
    monkeypatch.setenv("SET_IN_SHELL", "shell")
    monkeypatch.setenv("FROM_FILE", "x")
    monkeypatch.delenv("FROM_FILE")
    group = tmp_path / "group.toml"
    group.write_text("")
    group.with_name("group.toml.env").write_text("SET_IN_SHELL=file\nFROM_FILE=file\n")
    environment.use_group(group)
    assert os.environ["GROUP_CONFIG"] == str(group)
    assert os.environ["SET_IN_SHELL"] == "shell"
    assert os.environ["FROM_FILE"] == "file"


def test_a_sandbox_that_ends_before_it_is_ready_is_told_with_its_last_words(tmp_path: Path):
    with (
        processes.sandbox(tmp_path, ["--no-such-option"]) as served,
        pytest.raises(ChildProcessError, match="no-such-option"),
    ):
        served.wait_until_ready()


def test_a_child_that_does_not_listen_is_ended():
    deaf = subprocess.Popen(
        [
            sys.executable,
            "-c",
            """import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print(1, flush=True)
time.sleep(600)""",
        ],
        stdout=subprocess.PIPE,
    )
    assert deaf.stdout
    deaf.stdout.readline()
    started = time.monotonic()
    processes.stop(deaf, seconds=0.2)
    assert deaf.poll() is not None
    assert time.monotonic() - started < 5


def test_a_port_that_is_taken_is_not_given():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert processes.free_port(port) != port
