"""The consent ledger: a withdrawal counts at once, and only the person brings consent back."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from analysis.address_hashes import one_form
from tests.dbt_project import people, warehouse

LEDGER = ("+consent_ledger", "+consent_states")


@pytest.fixture(scope="module")
def state_of(built: Path) -> Callable[[str], set[tuple[str, str]]]:
    found = warehouse.rows(
        built,
        """select address, states.* from marts.consent_states as states
        join marts_pii.consent_addresses as plain using (channel, address_hash)
        where controller = 'nordlicht-gmbh' and purpose = 'marketing'""",
    )
    return lambda address: {(r["state"], r["decided_by"]) for r in found if r["address"] == address}


@pytest.mark.parametrize(
    ("address", "state", "why"),
    [
        ("asked@example.org", "granted", "grants"),
        ("never.asked@example.org", "unknown", "says_nothing"),
        ("undated@example.org", "unknown", "undated"),
        ("left.by.import@example.org", "withdrawn", "withdraws"),
        ("left.in.shop@example.org", "withdrawn", "withdraws"),
        ("synced.back@example.org", "withdrawn", "withdraws"),
        ("confirmed.in.shop@example.org", "granted", "restores"),
        ("single.in.shop@example.org", "withdrawn", "withdraws"),
        ("left.in.crm@example.org", "withdrawn", "withdrawn_since"),
        ("crm.wrote.over@example.org", "withdrawn", "withdrawn_since"),
        ("came.back@example.org", "granted", "restores"),
        ("left.again@example.org", "withdrawn", "withdraws"),
        ("imported@example.org", "unknown", "not_by_the_person"),
        ("imported.again@example.org", "withdrawn", "withdraws"),
        ("at.once@example.org", "withdrawn", "withdraws"),
        ("from.tomorrow@example.org", "unknown", "not_yet"),
        ("anna@bücher.example", "withdrawn", "withdraws"),
        ("anna@xn--bcher-kva.example", "withdrawn", "withdraws"),
        ("ben+shop@gmail.com", "granted", "grants"),
        ("ben@gmail.com", "withdrawn", "withdraws"),
        ("all.purposes@example.org", "withdrawn", "withdrawn_since"),
        ("other.entity@example.org", "granted", "grants"),
    ],
)
def test_what_was_said_decides(state_of: Callable, address: str, state: str, why: str) -> None:
    assert state_of(address) == {(state, why)}


def test_the_basis_of_a_shops_opt_in_is_the_level_the_shop_gives(built: Path) -> None:
    found = warehouse.rows(
        built,
        """select address, basis, has_evidence from marts.consent_ledger
        join marts_pii.consent_addresses using (channel, address_hash)
        where system = 'shopify' and state = 'granted' and address like '%.in.shop@%'""",
    )
    assert {row["address"]: (row["basis"], row["has_evidence"]) for row in found} == {
        "confirmed.in.shop@example.org": ("confirmed_opt_in", True),
        "single.in.shop@example.org": ("single_opt_in", False),
        "left.in.shop@example.org": ("shop", False),
    }


def test_a_conflict_at_one_instant_is_no_and_says_so(built: Path) -> None:
    found = warehouse.rows(
        built, "select effect from marts.consent_ledger where since = withdrawn_at"
    )
    assert {"conflicting", "withdraws"} == {row["effect"] for row in found}


def test_no_mart_holds_an_address(built: Path) -> None:
    for mart in ("consent_ledger", "consent_states"):
        (found,) = warehouse.rows(
            built,
            f"select count(*) as addresses from marts.{mart} as m where cast(m as varchar) like '%@%'",
        )
        assert found["addresses"] == 0


@pytest.mark.soak
def test_a_replay_of_everything_changes_no_row(built: Path, tmp_path: Path) -> None:
    """Each raw row comes in a second time, later: the ledger and the states stay what they were."""
    path = people.tiny().write(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(path)) as con:
        for table in ("raw_shopify.customers", "raw_hubspot.contacts", "raw_email_tool.statements"):
            con.execute(
                f"insert into {table} by name select * replace (_received_at + interval 1 day as _received_at) from {table}"
            )
    warehouse.build(path, "--select", *LEDGER, "--exclude-resource-type", "unit_test")
    for mart in ("consent_ledger", "consent_states"):
        query = f"select * from marts.{mart} order by all"
        assert warehouse.rows(path, query) == warehouse.rows(built, query)


@pytest.mark.parametrize(
    ("channel", "address", "form"),
    [
        ("email", " Anna@Example.ORG ", "anna@example.org"),
        ("email", "anna+shop@gmail.com", "anna+shop@gmail.com"),
        ("email", "anna@Bücher.example", "anna@xn--bcher-kva.example"),
        ("email", "no address at all", "no address at all"),
        ("email", "x" * 10_000 + "@bücher.example", "x" * 10_000 + "@bücher.example"),
        ("email", "anna@\u200b.example", "anna@\u200b.example"),
        ("sms", "+49 (160) 123-45", "+4916012345"),
        ("sms", "0049 160 12345", "+4916012345"),
        ("sms", "none", "none"),
    ],
)
def test_every_spelling_of_an_address_is_one_form(channel: str, address: str, form: str) -> None:
    assert one_form(channel, address) == form
