"""One built warehouse of the tiny world for all tests that only read."""

from pathlib import Path

import pytest

from tests.dbt_project import people, warehouse


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = people.tiny().write(tmp_path_factory.mktemp("tiny") / "warehouse.duckdb")
    warehouse.build(path)
    return path
