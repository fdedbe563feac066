"""One built warehouse of the tiny world for all tests that only read."""

import json
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
    return json.loads((built.parent / "target" / "manifest.json").read_text())
