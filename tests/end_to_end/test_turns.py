"""DuckDB gives the file to one process: after every step, load to publish, another may have it."""

from pathlib import Path

import pytest

from orchestration import environment, runs
from orchestration.definitions import JOB, concord
from tests.end_to_end.group import ServedGroup
from tests.orchestration.tiny import Line, Listener, point_to


@pytest.mark.soak
def test_after_every_step_another_process_opens_the_warehouse(
    served: ServedGroup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    point_to(Line(tmp_path), monkeypatch)
    monkeypatch.setenv("GROUP_CONFIG", "")
    for line in served.file.with_name(f"{served.file.name}.env").read_text().splitlines():
        name, _, value = line.partition("=")
        monkeypatch.setenv(name, value.strip("'\""))
    environment.use_group(served.file)
    heard = Listener()
    outcome = runs.execute(concord(), JOB, heard)
    assert outcome.success, outcome.failures
    assert {"load_shopify", "transform", "identity", "audit", "publish"} <= set(heard.steps)
    assert heard.locked_out == {}
