"""What a source lands of an account, without dlt and warehouse: files in a folder, or servers at a socket."""

import importlib
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from ingestion.group import Account
from ingestion.request import Request
from tests.ingestion.conftest import HURRIED, account_of


def account_at(folder: Path, system: str, name: str) -> Account:
    return account_of(folder.as_uri(), name, system)


def landed(
    account: Account, work: Path, cursors: MutableMapping[str, str] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Rows by raw table; ``cursors`` are moved as a load would."""
    request = Request(account, work, {} if cursors is None else cursors, HURRIED)
    found: dict[str, list[dict[str, Any]]] = {}
    for table, rows in importlib.import_module(f"ingestion.sources.{account.system}").extract(
        request
    ):
        found.setdefault(table, []).extend(rows.to_pylist())
    return found
