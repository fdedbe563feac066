"""How far before its cursor a stream is read again: the source's own measure, or the account's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion import group as group_file
from ingestion import source_of, systems
from ingestion.group import Account, GroupError
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.tiny_parcels import TinyParcels, open_parcels, tracking

LAG = timedelta(hours=3)  # what PayPal's documentation allows itself


@pytest.fixture
def parcels(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyParcels]:
    monkeypatch.setenv("TINY_SECRET", "asat_tiny")
    with open_parcels(TinyParcels()) as opened:
        yield opened


def late_to_publish(parcels: TinyParcels, **overlaps: timedelta) -> Account:
    account = account_of(parcels.base_url, "parcels", "aftership")
    return replace(account, overlaps=overlaps)


def load_what_is_published_late(
    parcels: TinyParcels, warehouse: Warehouse, account: Account
) -> set[str]:
    """A first load sees 10:00; then a row of 07:05 is published, behind the cursor."""
    parcels.trackings = [tracking(1, "2026-10-01T10:00:00+00:00")]
    warehouse.load(account)
    parcels.trackings.append(tracking(2, "2026-10-01T07:05:00+00:00"))
    warehouse.load(account)
    return {number for (number,) in warehouse.query("select id from raw_aftership.trackings")}


def test_a_row_published_behind_the_cursor_within_the_lag_is_found(
    parcels: TinyParcels, warehouse: Warehouse
):
    found = load_what_is_published_late(parcels, warehouse, late_to_publish(parcels, trackings=LAG))
    assert found == {f"{1:032x}", f"{2:032x}"}
    assert parcels.seen[-1]["updated_at_min"] == "2026-10-01T07:00:00+00:00"


def test_the_lag_is_the_accounts_alone(parcels: TinyParcels, warehouse: Warehouse):
    """What three hours find, the source's five minutes pass by: so the measure is what counts."""
    found = load_what_is_published_late(parcels, warehouse, late_to_publish(parcels))
    assert found == {f"{1:032x}"}


def test_every_stream_with_a_cursor_says_how_far_it_reads_back():
    for system in systems():
        overlaps = source_of(system).OVERLAPS
        assert overlaps, system
        assert min(overlaps.values()) > timedelta(0), system


GROUP = """
[group]
name = "Tiny"
currency = "EUR"
zone = "Europe/Berlin"

[[accounts]]
system = "shopify"
account = "tiny-shop"
legal_entity = "tiny-gmbh"
base_url = "http://127.0.0.1:1"
zone = "Europe/Berlin"
currency = "EUR"
owner = "shop-team"
overlap_minutes = {said}
"""


def test_the_group_file_says_it_per_stream(tmp_path: Path):
    file = tmp_path / "group.toml"
    file.write_text(GROUP.replace("{said}", "{ orders = 10, customers = 0 }"))
    (account,) = group_file.load(file).accounts
    assert account.overlaps == {"orders": timedelta(minutes=10), "customers": timedelta(0)}
    assert hash(account) == hash(replace(account, overlaps={}))


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("{ order = 10 }", "names 'order', which has no cursor; shopify has .*orders"),
        ("{ orders = -1 }", "of 'orders' is -1; give whole minutes"),
        ('{ orders = "10" }', "of 'orders' is '10'; give whole minutes"),
        ("10", "write overlap_minutes as { orders = 10 }"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, said: str, complaint: str):
    file = tmp_path / "group.toml"
    file.write_text(GROUP.replace("{said}", said))
    with pytest.raises(GroupError, match=complaint):
        group_file.load(file)
