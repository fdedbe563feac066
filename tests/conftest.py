"""Which tests run on one worker, when there are several."""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

# They look at one small group that ran whole, which takes a minute: on one worker it runs once.
RAN = {f"tests/end_to_end/test_{name}.py" for name in ("line", "live", "secrets")}
BUILT = "tests/dbt_project/"  # these at one built project


class Scheduling(LoadFileScheduling):
    """A file's tests stay together; those of files that share something do, too."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if file in RAN:
            return "ran"
        return BUILT if file.startswith(BUILT) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no worker is left with it alone."""
    files = {id(item): item.nodeid.partition("::")[0] for item in items}
    items.sort(key=lambda item: (files[id(item)] not in RAN, not files[id(item)].startswith(BUILT)))
