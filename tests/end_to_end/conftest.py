import fcntl
import shutil
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
def warehouse(
    served: ServedGroup, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Warehouse:
    """The small group, run once. Each worker has a group served for itself, equal to the others', and a copy."""
    own = Warehouse(tmp_path_factory.mktemp("warehouse"), served.file)
    mine = tmp_path_factory.getbasetemp()
    ran = Warehouse((mine if worker_id == "master" else mine.parent) / "ran", served.file)
    with ran.folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ran.published.exists():
            shutil.rmtree(ran.folder, ignore_errors=True)
            said = ran.run()
            assert said.returncode == 0, said.stdout[-6000:]
    shutil.copytree(ran.folder, own.folder, symlinks=True, dirs_exist_ok=True)
    return own
