"""One built warehouse of the tiny world for all tests that only read."""

from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project import people, warehouse


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = people.tiny().write(tmp_path_factory.mktemp("tiny") / "warehouse.duckdb")
    warehouse.build(path)
    return path


@pytest.fixture(scope="session")
def manifest(built: Path) -> dict[str, Any]:
    """As dbt writes it, with each model's SQL as it was built."""
    return warehouse.project_of(built.stem).writable_manifest().to_dict(omit_none=False)
