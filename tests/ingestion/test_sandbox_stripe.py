"""Stripe as the sandbox serves it: what landed is its world, whatever its mood, on every day."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion import group as group_file
from ingestion.errors import IncompleteLoad, MissingScope, VendorError
from ingestion.group import Account
from ingestion.http import Patience
from ingestion.sources import stripe
from ingestion.stripe_sources import STREAMS as SOURCES
from ingestion.tables import Table
from sandbox import control_client
from tests.ingestion.conftest import Warehouse, sandbox_group

ENDPOINTS = tuple(stream.name for stream in (*stripe.STREAMS, stripe.CHANGES))
HEALED = ("429", "500", "reset", "truncated", "duplicate_page", "missing_page", "reordered_page")
# Neither part of the object's state, nor told of by any event.
APART = "_version_at, _received_at, _version_hash, _dlt_load_id"
UNTOLD = {"balance_transactions": ", status"}
BRISK = Patience(attempts=6, first=0.05, longest=1, timeout=20)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with sandbox_group(tmp_path_factory.mktemp("served"), seed=11, orders=900, days=120) as file:
        yield file


@pytest.fixture
def account(served: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    for line in Path(f"{served}.env").read_text().splitlines():
        monkeypatch.setenv(*line.split("=", 1))
    return group_file.load(served).account("payments-gmbh")


@pytest.fixture(scope="module")
def clean() -> dict[str, dict[str, list[tuple]]]:
    """What a load without faults gave, kept by the first test that needs it."""
    return {}


def fresh(warehouse: Warehouse, name: str) -> Warehouse:
    return Warehouse(warehouse.path.with_name(f"{name}.duckdb"))


def load(warehouse: Warehouse, account: Account):
    return warehouse.load(account, BRISK)


def state(warehouse: Warehouse) -> dict[str, list[tuple]]:
    """What staging takes: of each object the newest version, of each list that version's elements."""
    return {
        table.name: warehouse.query(_newest(table))
        for table in stripe.TABLES
        if table is not stripe.EVENTS
    }


def _newest(table: Table) -> str:
    root = table.parent or table
    newest = f"""select * exclude (nth) from (select *, row_number() over (
            partition by {", ".join(root.key)}
            order by _version_at desc, _received_at desc, _version_hash desc) as nth
        from raw_stripe.{root.name}) where nth = 1 and not _deleted"""
    shown = f"exclude ({APART}{UNTOLD.get(table.name, '')})"
    if table.parent is None:
        return f"select * {shown} from ({newest}) order by all"
    return f"""select distinct rows.* {shown} from raw_stripe.{table.name} as rows
        join ({newest}) as parents on parents.id = rows.{table.parent_id}
            and parents._version_at = rows._version_at and parents._received_at = rows._received_at
        order by all"""


def told(served: Path, **fault: object) -> None:
    control_client.ask(served, "POST", "/fault", {"system": "stripe", **fault})


def test_everything_lands_and_what_moved_money_is_there(account: Account, warehouse: Warehouse):
    result = load(warehouse, account)
    assert result.dead_letters == 0
    for table in stripe.TABLES:
        if table is not stripe.EVENTS:
            assert result.rows[table.name] > 0, table.name
        found = warehouse.query(f"select distinct _extra from raw_stripe.{table.name}")
        assert found in ([(None,)], []), table.name
    for prefix, stream in SOURCES.items():
        assert (
            warehouse.query(
                f"select source from raw_stripe.balance_transactions where source like '{prefix}\\_%'"
                f" escape '\\' and source not in (select id from raw_stripe.{stream})"
            )
            == []
        )
    assert {check.stream for check in result.completeness} == {
        *ENDPOINTS,
        stripe.PAYOUT_ENTRIES.name,
    }


def test_a_payouts_entries_are_what_it_lists(account: Account, warehouse: Warehouse):
    load(warehouse, account)
    apart = warehouse.query(
        """select p.id, p.amount, sum(t.net) filter (where t.type <> 'payout') as listed
        from raw_stripe.payouts as p
        join raw_stripe.payout_entries as e on e.payout_id = p.id
        join raw_stripe.balance_transactions as t on t.id = e.id
        group by p.id, p.amount having listed is distinct from p.amount"""
    )
    listed = warehouse.query("select count(distinct payout_id) from raw_stripe.payout_entries")[0][
        0
    ]
    assert listed > 20
    assert 0 < len(apart) < listed / 5  # money that no list shows
    assert (
        warehouse.query(
            """select id from raw_stripe.payouts where automatic and status <> 'pending'
            and id not in (select payout_id from raw_stripe.payout_entries)"""
        )
        == []
    )


@pytest.mark.soak
@pytest.mark.parametrize("kind", HEALED)
def test_a_fault_on_every_list_is_healed(
    served: Path,
    account: Account,
    warehouse: Warehouse,
    clean: dict[str, dict[str, list[tuple]]],
    kind: str,
):
    if not clean:
        other = fresh(warehouse, "clean")
        load(other, account)
        clean["state"] = state(other)
    for endpoint in ENDPOINTS:
        told(served, endpoint=endpoint, kind=kind, times=1, after=1, retry_after=0.1)
    load(warehouse, account)
    played = [f for f in control_client.ask(served, "GET", "/fault") if f["kind"] == kind]
    assert {fault["endpoint"]: fault["fired"] for fault in played} == dict.fromkeys(ENDPOINTS, 1)
    assert state(warehouse) == clean["state"]


@pytest.mark.parametrize(
    ("kind", "error", "said"),
    [
        ("missing_scope", MissingScope, r"has no 'Disputes: Read' \(403 at /v1/disputes\)"),
        ("expired_token", VendorError, r"refuses the secret in STRIPE_PAYMENTS_GMBH_SECRET \(401"),
    ],
)
def test_a_key_that_may_not_keeps_nothing(
    served: Path,
    account: Account,
    warehouse: Warehouse,
    kind: str,
    error: type[Exception],
    said: str,
):
    told(served, endpoint="disputes", kind=kind)
    with pytest.raises(error, match=said):
        load(warehouse, account)
    assert not warehouse.path.exists()
    assert load(warehouse, account).rows["disputes"] > 0


@pytest.mark.parametrize("kind", ["missing_page", "duplicate_page", "reordered_page"])
def test_pages_that_never_come_right_keep_nothing(
    served: Path, account: Account, warehouse: Warehouse, kind: str
):
    told(served, endpoint="charges", kind=kind, times=10_000)
    try:
        with pytest.raises(IncompleteLoad, match="stripe payments-gmbh, charges: "):
            load(warehouse, account)
    finally:
        control_client.ask(served, "DELETE", "/fault")
    assert not warehouse.path.exists()


@pytest.mark.soak
def test_what_a_moving_clock_changes_comes_by_events_and_is_all_there_is(
    served: Path, account: Account, warehouse: Warehouse
):
    """Day by day and at once give the same; after more than Stripe keeps events for, too."""
    load(warehouse, account)
    try:
        for days in (1, 6, 31):
            control_client.ask(served, "POST", "/advance", {"days": days})
            result = load(warehouse, account)
            at_once = fresh(warehouse, f"after_{days}")
            load(at_once, account)
            expected, found = state(at_once), state(warehouse)
            assert {t: found[t] for t in expected if found[t] != expected[t]} == {}
            assert (result.rows["charges"] >= len(found["charges"])) is (days > 30)
    finally:
        control_client.ask(served, "POST", "/reset")
