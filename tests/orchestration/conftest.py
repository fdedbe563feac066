from pathlib import Path

import pytest

from tests.orchestration import tiny


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tiny.Line:
    return tiny.build(tmp_path, monkeypatch)
