"""How far each account has come: the cursors it keeps and the packages that wait. Reads files only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingestion.group import Account


@dataclass(frozen=True)
class Standing:
    """``cursors``: stream -> read up to; ``waiting``: packages on disk that the next load writes first."""

    cursors: Mapping[str, str]
    waiting: int


def standing(account: Account, workdir: Path) -> Standing:
    """What dlt's working folder says of one account; nothing yet for one that was never loaded."""
    folder = workdir / f"{account.system}_{account.account}".replace("-", "_")
    state = folder / "state.json"
    if not state.exists():
        return Standing({}, 0)
    sources = json.loads(state.read_text()).get("sources", {})
    waiting = [
        package
        for place in ("normalize/extracted", "load/normalized")
        for package in (folder / place).glob("*")
        if package.is_dir()
    ]
    kept = sources.get(account.system, {}).get("cursors", {})
    # Some sources remember ids beside the moments.
    cursors = {name: reached for name, reached in kept.items() if not name.endswith(".open")}
    return Standing(cursors, len(waiting))
