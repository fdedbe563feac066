"""`concord dead-letters` on a real warehouse: what a shop would not give, and what does not fit, to its end."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from starlette.responses import Response

from ingestion import group as group_file
from ingestion import load
from ingestion.replay import Letter
from orchestration import environment
from orchestration.dead_letters import Known, chosen
from tests.dbt_project.warehouse import dbt, project_of
from tests.ingestion.tiny_shop import TinyShop, open_shop
from tests.ingestion.tiny_world import order

CONCORD = str(Path(sys.executable).with_name("concord"))
ACCOUNT = """
[[accounts]]
system = "shopify"
account = "{name}"
legal_entity = "tiny-gmbh"
base_url = "{url}"
zone = "Europe/Berlin"
currency = "EUR"
secret_env = "TINY_SECRET"
owner = "team-{name}"
"""


@dataclass
class Group:
    """Two shops, a warehouse, and the command."""

    folder: Path
    north: TinyShop
    south: TinyShop

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def concord(self, *arguments: str) -> tuple[int, str]:
        settings = {
            "WAREHOUSE_PATH": str(self.warehouse),
            "GROUP_CONFIG": str(self.folder / "group.toml"),
            "DAGSTER_HOME": str(self.folder / "dagster"),
            "TINY_SECRET": "shpat_static",
            "CONCORD_HASH_KEY": "a key",
            "CONCORD_RETRY_WAITS": "0.01",
        }
        said = subprocess.run(
            [CONCORD, *arguments],
            cwd=environment.PROJECT,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        return said.returncode, said.stdout + said.stderr

    def rows(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.warehouse), read_only=True) as con:
            return con.execute(sql).fetchall()

    def refresh_context(self) -> None:
        read = group_file.load(self.folder / "group.toml")
        workdir = load.workdir_of(self.warehouse)
        load.load_group_context(read, datetime.now(UTC), workdir, self.warehouse)

    def models(self) -> None:
        """The views of the letters, without a whole run."""
        self.refresh_context()
        project = project_of(self.warehouse.stem)
        dbt(self.warehouse, "run", "--select", "+int_dead_letters__resolved", project=project)


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Group]:
    folder = tmp_path_factory.mktemp("group")
    with ExitStack() as stack:
        shops = [stack.enter_context(open_shop(TinyShop())) for _ in range(2)]
        accounts = zip(("north", "south"), shops, strict=True)
        (folder / "group.toml").write_text(
            '[group]\nname = "Tiny"\ncurrency = "EUR"\nzone = "Europe/Berlin"\n'
            + "".join(ACCOUNT.format(name=name, url=shop.base_url) for name, shop in accounts)
        )
        yield Group(folder, *shops)


def ids(told: str) -> list[str]:
    """The ids of a printed list, in its order."""
    return [line.split()[0] for line in told.splitlines() if " open " in line]


@pytest.mark.soak
def test_a_letter_from_its_first_sight_to_its_end(group: Group):
    group.north.orders = [order(1, totalPriceSet="20.00"), order(2)]
    group.north.orders[1]["lineItems"][0]["quantity"] = "two"
    group.south.orders = [order(3)]
    group.south.faults = [
        lambda body: Response(status_code=500) if "query Orders" in body["query"] else None
    ] * 200

    code, said = group.concord("load", "shopify")
    assert code == 1
    assert "shopify south: /admin/api/2026-07/graphql.json still fails" in " ".join(said.split())
    assert group.rows("select distinct account from raw_shopify.orders") == [("north",)]
    assert group.rows(
        "select stream, status from raw_shopify.load_completeness where account = 'south'"
    ) == [("orders", "failed")]

    group.models()
    code, said = group.concord("dead-letters", "list")
    assert code == 0
    found = ids(said)
    assert len(found) == 3
    assert "team-south" in said
    assert "stream:orders" in said

    code, said = group.concord("dead-letters", "replay", "--account", "north")
    assert (code, "replayed: 0 of 2" in said) == (1, True)
    assert "line_items.quantity: 'two' is not bigint" in " ".join(said.split())

    group.south.faults = []
    code, said = group.concord("dead-letters", "replay", "--account", "south")
    assert (code, "replayed: 1 of 1" in said) == (0, True), said
    assert (
        group.rows(
            "select status, resolved_by from intermediate.int_dead_letters__resolved"
            " where account = 'south'"
        )[0][0]
        == "replayed"
    )

    (wrong,) = group.rows(
        "select payload_ref from raw_shopify.dead_letters where reason like 'line_items%'"
    )
    reason = ["--why", "a typing mistake of 2019", "--by", "ada"]
    code, said = group.concord("dead-letters", "discard", wrong[0][4:10], *reason)
    assert (code, "discarded: 1" in said) == (0, True), said
    assert group.rows(
        "select decided_by, why from raw_group.dead_letter_decisions where decision = 'discarded'"
    ) == [("ada", "a typing mistake of 2019")]

    # Decisions stay, the corrected order lands by itself, and the views know at once.
    group.north.orders = [order(1, updated="2026-10-02T10:00:00Z")]
    assert group.concord("load", "shopify")[0] == 0
    group.refresh_context()
    assert group.rows(
        "select distinct status from intermediate.int_dead_letters__resolved order by 1"
    ) == [("discarded",), ("healed",), ("replayed",)]
    assert group.concord("dead-letters", "list")[1].strip() == "no open dead letters"


def test_an_id_means_one_payload_or_is_refused():
    at = datetime(2026, 10, 15)
    known = [
        Known(
            "shopify", account, Letter("orders", "1", reason, ref), "team", None, None, at, "open"
        )
        for account, reason, ref in (
            ("north", "orders.a: no", "md5:aaaabbbb"),
            ("north", "orders.b: no", "md5:aaaabbbb"),
            ("south", "orders.a: no", "md5:aaaacccc"),
        )
    ]
    assert chosen(known, ["AAAAB"]) == known[:2]
    with pytest.raises(ValueError, match="'aaaa' is aaaabbbb of north, aaaacccc of south"):
        chosen(known, ["aaaa"])
    with pytest.raises(ValueError, match="no dead letter 'ffff'; see those there are"):
        chosen(known, ["ffff"])
