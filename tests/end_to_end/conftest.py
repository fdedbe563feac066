from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.group import ServedGroup, Warehouse

SMALL = ["--seed", "11", "--orders", "400", "--days", "400"]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedGroup]:
    group = ServedGroup(tmp_path_factory.mktemp("served"), SMALL).start()
    yield group
    group.stop()


@pytest.fixture(scope="session")
def answers(served: ServedGroup, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return served.write_answers(tmp_path_factory.mktemp("answers"))


@pytest.fixture(scope="session")
def warehouse(served: ServedGroup, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The small group, run once."""
    warehouse = Warehouse(tmp_path_factory.mktemp("warehouse"), served.file)
    ran = warehouse.run()
    assert ran.returncode == 0, ran.stdout[-6000:]
    return warehouse
