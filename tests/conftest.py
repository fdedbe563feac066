"""Which tests run on one worker, when there are several."""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

# They look at one small group that ran whole, which takes a minute: on one worker it runs once.
RAN = {
    f"tests/end_to_end/test_{name}.py" for name in ("close", "line", "live", "margin", "secrets")
}
# These at the same worlds (tests/sandbox/worlds.py), which take seconds each.
LOOKING = "answers carrier_world crm_identity crm_world psp_answers psp_cases psp_clock psp_money"
WORLDS = {
    f"tests/sandbox/test_{name}.py"
    for name in (*LOOKING.split(), "world", "world_cases", "world_clock")
}
BUILT = "tests/dbt_project/"  # these at one built project
# Of what is longer, the longest.
LONG = [f"tests/end_to_end/test_{name}.py" for name in ("clock", "kills", "killed_runs", "faults")]


class Scheduling(LoadFileScheduling):
    """A file's tests stay together; those of files that share something do, too."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if file in RAN:
            return "ran"
        if file in WORLDS:
            return "worlds"
        return BUILT if file.startswith(BUILT) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no worker is left with it alone."""

    def place(item: pytest.Item) -> tuple[int, bool, bool]:
        file = item.nodeid.partition("::")[0]
        long = LONG.index(file) if file in LONG else len(LONG)
        return long, file not in RAN, not file.startswith(BUILT)

    items.sort(key=place)
