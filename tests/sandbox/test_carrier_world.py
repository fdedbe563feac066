"""Parcels of a world: named cases as AfterShip shows them, the answer key, and a clock that only adds."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.world import World
from sandbox.world.carrier_cases import LONE, PARCELS, REUSES
from tests.sandbox.worlds import MONTHS, MOVED, SMALLEST, YEAR, answered, look, pairs

Tracking = dict[str, Any]


def trackings(world: World) -> dict[str, Tracking]:
    rows = world.con.execute("select id, to_json(t) from aftership.trackings as t").fetchall()
    found = {key: json.loads(text) for key, text in rows}
    for row in found.values():
        del row["_seq"]
    return found


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder: Path = tmp_path_factory.mktemp("answers")
    return answered(look(*SMALLEST), folder, "shipments")


@pytest.fixture(scope="module")
def played(world: World) -> Callable[[str], list[Tracking]]:
    known = trackings(world)

    def of(case: str) -> list[Tracking]:
        ids = world.con.execute(
            """select object_id from truth.special_cases where "case" = ? and account = 'parcels'""",
            [case],
        ).fetchall()
        return sorted((known[key] for (key,) in ids), key=lambda t: t["created_at"])

    return of


def shipment(world: World, tracking: Tracking) -> dict[str, Any]:
    """The answer key's row of the fulfilment that carries the tracking's number for its order."""
    found = world.con.execute(
        """select s.* from shipments as s
        join (select _shop, "id" as order_gid, unnest(fulfillments) as f from shopify."Order") as o
            on o._shop = s.account and split_part(f.id, '/', 5) = s.shipment_id
        where f."trackingInfo"[1].number = ? and (? is null or ? = o._shop || '.myshopify.com:'
            || split_part(o.order_gid, '/', 5))""",
        [tracking["tracking_number"], tracking["order_id"], tracking["order_id"]],
    )
    names = [d[0] for d in found.description or []]
    (row,) = found.fetchall()
    return dict(zip(names, row, strict=True))


def test_every_named_case_has_its_tracking(played):
    for case in (*PARCELS, *LONE):
        assert bool(played(case.name)) == getattr(case, "is_tracked", True), case.name
    for reuse in REUSES:
        assert len(played(reuse.name)) == 2


def test_what_became_of_parcels_that_did_not_arrive_at_once(world: World, played):
    (late,) = played("parcel_delivered_after_all")
    assert (late["tag"], shipment(world, late)["status"]) == ("Delivered", "delivered")
    assert [c["tag"] for c in late["checkpoints"]][-2:] == ["AttemptFail", "Delivered"]
    lost, instead = played("parcel_lost")
    assert (lost["tag"], lost["subtag"]) == ("Exception", "Exception_013")
    answer = shipment(world, lost)
    assert (answer["status"], answer["delivered_at"]) == ("exception", None)
    assert (instead["tag"], instead["order_id"]) == ("Delivered", lost["order_id"])
    assert instead["created_at"] > lost["updated_at"]
    (expired,) = played("parcel_expired")
    assert (expired["tag"], expired["checkpoints"][-1]["tag"]) == ("Expired", "InTransit")
    (returned,) = played("parcel_returned")
    assert returned["return_to_sender"]
    answer = shipment(world, returned)
    assert answer["status"] == "returned"
    assert answer["exception_at"] < answer["returned_at"]
    (twice,) = played("parcel_second_attempt")
    answer = shipment(world, twice)
    assert answer["status"] == "delivered"
    assert answer["exception_at"] < answer["delivered_at"]


def test_a_number_comes_twice_and_each_parcel_has_its_own_tracking(world: World, played):
    for case, is_named in (
        ("tracking_number_reused", True),
        ("tracking_number_reused_unnamed", False),
    ):
        earlier, later = played(case)
        assert earlier["tracking_number"] == later["tracking_number"]
        assert earlier["slug"] == later["slug"]
        assert (later["order_id"] is not None) == is_named
        delivered = {utc(t["checkpoints"][-1]["checkpoint_time"]) for t in (earlier, later)}
        answered = world.con.execute(
            """select s.delivered_at from shipments as s
            join (select _shop, unnest(fulfillments) as f from shopify."Order") as o
                on o._shop = s.account and split_part(f.id, '/', 5) = s.shipment_id
            where f."trackingInfo"[1].number = ?""",
            [earlier["tracking_number"]],
        ).fetchall()
        assert {at.replace(tzinfo=UTC) for (at,) in answered} == delivered


def test_what_was_typed_in_stands_alone(world: World, played):
    (typed,) = played("tracking_typed_by_hand")
    (odd,) = played("tracking_with_odd_order_id")
    (unknown,) = played("parcel_unknown_to_the_shop")
    assert typed["order_id"] is None
    assert ":" not in odd["order_id"]
    rows = {
        shipment_id: (account, order_account, order_id)
        for shipment_id, account, order_account, order_id in world.con.execute(
            "select shipment_id, account, order_account, order_id from shipments where system = 'aftership'"
        ).fetchall()
    }
    assert rows[typed["id"]] == rows[odd["id"]] == ("parcels", None, None)
    assert rows[unknown["id"]] == ("parcels", "nordlicht-de", unknown["order_id"].split(":")[1])
    (unnamed,) = played("parcel_without_order")
    assert unnamed["order_id"] is None
    assert unnamed["id"] not in rows


@pytest.mark.parametrize("asked", [YEAR, MONTHS], ids=str)
def test_the_shop_and_the_carrier_tell_one_story(asked: tuple[int, int, int], tmp_path: Path):
    """Delivered at the same moment by both; the key's moments are the checkpoints', read as text."""
    world = answered(look(*asked, MOVED[asked][0]), tmp_path, "shipments")
    known = trackings(world)
    clock = world.clock
    answers = world.con.execute(
        """select s.*, f."trackingInfo"[1].number as number, f."deliveredAt" as shop_delivered_at
        from shipments as s join (
            select _shop, "id" as order_gid, unnest(fulfillments) as f from shopify."Order") as o
            on o._shop = s.account and split_part(f.id, '/', 5) = s.shipment_id"""
    )
    names = [d[0] for d in answers.description or []]
    by_order = {(t["order_id"], t["tracking_number"]): t for t in known.values()}
    compared = 0
    for values in answers.fetchall():
        row = dict(zip(names, values, strict=True))
        named = f"{row['account']}.myshopify.com:{row['order_id']}"
        tracking = by_order.get((named, row["number"]))
        if tracking is None:
            continue
        compared += 1
        tags = [(c["tag"], utc(c["checkpoint_time"])) for c in tracking["checkpoints"]]
        delivered = next((at for tag, at in tags if tag == "Delivered"), None)
        failed = next((at for tag, at in tags if tag in ("Exception", "AttemptFail")), None)
        if delivered:
            assert row["delivered_at"].replace(tzinfo=UTC) == delivered
            assert row["shop_delivered_at"] in (None, delivered.strftime("%Y-%m-%dT%H:%M:%SZ"))
        if failed:
            assert row["exception_at"].replace(tzinfo=UTC) == failed
        assert utc(tracking["updated_at"]) <= clock
        assert utc(tracking["created_at"]) <= utc(tracking["updated_at"])
        heard = [c["created_at"] for c in tracking["checkpoints"]]
        assert heard == sorted(heard)
        assert tracking["tag"] in ("Pending", "Expired") or tracking["tag"] == tags[-1][0]
    assert compared > 600
    shares = dict(
        world.con.execute("select status, count(*) from shipments group by status").fetchall()
    )
    assert {"delivered", "in_transit", "exception", "returned"} <= shares.keys()


@pytest.mark.parametrize(("seed", "days", "orders", "first", "second"), pairs())
def test_scans_arrive_as_the_clock_goes_on_and_nothing_else_moves(
    seed: int, days: int, orders: int, first: int, second: int
):
    before, after = (look(seed, days, orders, advanced) for advanced in (first, second))
    was, now, clock = trackings(before), trackings(after), before.clock
    assert was.keys() <= now.keys()
    changed = [key for key in was if was[key] != now[key]]
    assert changed
    assert [key for key in changed if utc(now[key]["updated_at"]) <= clock] == []
    for key in changed:
        assert now[key]["checkpoints"][: len(was[key]["checkpoints"])] == was[key]["checkpoints"]
    fresh = now.keys() - was.keys()
    assert fresh
    assert all(utc(now[key]["created_at"]) > clock for key in fresh)


def test_only_what_was_delivered_is_signed_for(world: World) -> None:
    signed = {
        bool(row["signed_by"]) for row in trackings(world).values() if row["tag"] == "Delivered"
    }
    assert signed == {True, False}
    assert not any(
        row["signed_by"] for row in trackings(world).values() if row["tag"] != "Delivered"
    )
