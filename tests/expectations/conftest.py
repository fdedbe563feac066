import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from expectations import warehouse
from expectations.results import AuditResult
from tests.expectations import tiny_warehouse

Ask = Callable[..., dict[str, AuditResult]]


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_warehouse.build(tmp_path_factory.mktemp("tiny") / "warehouse.duckdb")


@pytest.fixture
def ask(clean: Path, tmp_path: Path) -> Ask:
    """Run a suite on the clean warehouse after some SQL has spoilt it; answers by audit."""

    def run(module: str, *planted: str) -> dict[str, AuditResult]:
        path = shutil.copy(clean, tmp_path / "warehouse.duckdb")
        with duckdb.connect(str(path)) as con:
            for statement in planted:
                con.execute(statement)
        return {result.audit: result for result in warehouse.run_suite(path, module)}

    return run
