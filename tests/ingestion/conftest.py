"""A warehouse of its own per test, and accounts whose secrets are in the environment."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingestion import load
from ingestion.group import Account, Group
from ingestion.http import Patience
from tests.ingestion.tiny_shop import TinyShop, open_shop

PROJECT = Path(__file__).resolve().parents[2]
HURRIED = Patience(
    attempts=4, first=0.01, longest=0.2, timeout=10, poll_first=0.01, poll_longest=0.05
)


@dataclass
class Warehouse:
    """One warehouse file, loaded through the public entry points."""

    path: Path

    @property
    def workdir(self) -> Path:
        return load.workdir_of(self.path)

    def extract(self, account: Account, patience: Patience = HURRIED) -> load.Prepared:
        group = Group("Tiny", "EUR", "Europe/Berlin", (account,))
        return load.extract_account(account, group, self.workdir, self.path, patience)

    def load(self, account: Account, patience: Patience = HURRIED) -> load.LoadResult:
        return load.load_prepared(self.extract(account, patience), self.path)

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.path), read_only=True) as con:
            return con.execute(sql).fetchall()

    def rows(self, table: str) -> list[tuple]:
        """What stands in a raw table, load ids and receive times aside, in a fixed order."""
        return self.query(
            f"select * exclude (_dlt_load_id, _received_at) from raw_{table} order by all"
        )

    def count(self, table: str) -> int:
        return self.query(f"select count(*) from raw_{table}")[0][0]


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "data" / "warehouse.duckdb")


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_SECRET", "shpat_static")
    monkeypatch.setenv("CONCORD_HASH_KEY", "a-key-for-tests")


@pytest.fixture
def shop() -> Iterator[TinyShop]:
    with open_shop(TinyShop()) as opened:
        yield opened


def account_of(base_url: str, name: str = "tiny-shop", system: str = "shopify") -> Account:
    return Account(
        system=system,
        account=name,
        legal_entity="tiny-gmbh",
        base_url=base_url,
        zone="Europe/Berlin",
        currency="EUR",
        owner="shop-team",
        secret_env="TINY_SECRET",
    )


@contextmanager
def sandbox_group(folder: Path, *, seed: int, orders: int, days: int) -> Iterator[Path]:
    """The group file of a sandbox in a process of its own, served until the block ends."""
    file = folder / "group.toml"
    world = ("--seed", str(seed), "--orders", str(orders), "--days", str(days))
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "serve", *world, "--write-group", str(file)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        while not (line := process.stdout.readline()).startswith("ready"):
            assert line, "the sandbox ended before it was ready"
        yield file
    finally:
        process.terminate()
        process.wait(10)
