"""Parcels of the tiny world: what the shop says of them and what their carrier says."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project import warehouse
from tests.dbt_project.tiny_parcels import JULY_2, Carrier, named
from tests.dbt_project.tiny_world import RECEIVED, World, at

DE = "nordlicht-de"
CAUTIOUS = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
ON_THE_WAY = (("InfoReceived", 0), ("InTransit", 1))
ARRIVED = (*ON_THE_WAY, ("OutForDelivery", 3), ("Delivered", 3))


@dataclass
class Sent:
    path: Path
    ids: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, case: str) -> dict[str, Any]:
        (found,) = warehouse.rows(
            self.path, f"select * from marts.shipments where shipment_id = '{self.ids[case]}'"
        )
        return found


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """Each case is an order of its own, with one parcel unless it says more."""
    sent = Sent(tmp_path_factory.mktemp("sent") / "warehouse.duckdb")
    world, ids, orders = World(), sent.ids, sent.orders
    carrier = Carrier(world)

    def ship(case: str, number: str, when=JULY_2, parcel: str = "", **columns: Any) -> str:
        order = world.order(DE, f"#{case}", JULY_2 - timedelta(days=1))
        orders[case] = order.id
        ids[case + parcel] = order.ship(when, numbers=(number,), **columns)
        return named(DE, order.id)

    carrier.tracking("N1", "Delivered", ARRIVED, order=ship("arrived", "N1"))
    lost = (*ON_THE_WAY, ("AttemptFail", 3), ("Exception_013", 12))
    carrier.tracking("N2", "Exception", lost, order=ship("lost", "N2", display_status="DELIVERED"))
    back = (*ON_THE_WAY, ("AttemptFail", 3), ("Exception_010", 4), ("Delivered", 9))
    carrier.tracking("N3", "Delivered", back, order=ship("returned", "N3"), return_to_sender=True)
    split = world.order(DE, "#split", JULY_2)
    ids["split 1"], ids["split 2"] = split.ship(JULY_2, ("N4",)), split.ship(JULY_2, ("N5",))
    carrier.tracking("N4", "Delivered", ARRIVED, order=named(DE, split.id))
    carrier.tracking("N5", "InTransit", ON_THE_WAY, order=named(DE, split.id))
    # The number of November is used again in July; the later tracking names no order.
    november = at("2025-11-02 10:00")
    earlier = ship("first use", "N6", november, updated_at=november)
    carrier.tracking("N6", "Delivered", ARRIVED, order=earlier, begun=november)
    ship("second use", "N6")
    carrier.tracking("N6", "InTransit", ON_THE_WAY, begun=JULY_2 + timedelta(hours=1))
    # Its carrier has not heard what the shop knows already.
    newer = JULY_2 + timedelta(days=5)
    behind = ship("carrier behind", "N7", display_status="DELIVERED", updated_at=newer)
    carrier.tracking("N7", "InTransit", ON_THE_WAY, order=behind)
    ship("untracked", "N8", display_status="IN_TRANSIT")
    cancelled = ship("cancelled", "N9", status="CANCELLED")
    carrier.tracking("N9", "Delivered", ARRIVED, order=cancelled)
    ids["typed"] = carrier.tracking("N10", "Delivered", ARRIVED, order="siehe E-Mail")
    ids["replacement"] = carrier.tracking(
        "N11", "InTransit", ON_THE_WAY, order=named(DE, orders["lost"])
    )
    # Read twice: the older state comes again after the newer one.
    twice = ship("read twice", "N12")
    carrier.tracking("N12", "Delivered", ARRIVED, order=twice, id="t12")
    late = RECEIVED + timedelta(minutes=5)
    carrier.tracking("N12", "InTransit", ON_THE_WAY, order=twice, id="t12", received=late)

    world.write(sent.path)
    warehouse.build(sent.path, "--select", "+shipments", *CAUTIOUS)
    return sent


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("arrived", "delivered"),
        ("lost", "exception"),
        ("returned", "returned"),
        ("split 1", "delivered"),
        ("split 2", "in_transit"),
        ("carrier behind", "delivered"),
        ("untracked", "in_transit"),
        ("cancelled", "cancelled"),
        ("read twice", "delivered"),
    ],
)
def test_a_parcel_is_what_the_better_informed_says(sent: Sent, case: str, status: str) -> None:
    assert sent[case]["status"] == status


def test_moments_are_the_carriers_checkpoints(sent: Sent) -> None:
    assert sent["arrived"]["delivered_at"] == JULY_2 + timedelta(days=3)
    assert sent["lost"]["exception_at"] == JULY_2 + timedelta(days=3)
    assert sent["lost"]["delivered_at"] is None


def test_what_came_back_was_not_delivered(sent: Sent) -> None:
    assert sent["returned"]["returned_at"] == JULY_2 + timedelta(days=4)
    assert sent["returned"]["delivered_at"] is None


def test_a_number_used_again_tells_of_two_parcels(sent: Sent) -> None:
    assert sent["first use"]["status"] == "delivered"
    assert sent["second use"]["status"] == "in_transit"
    assert sent["first use"]["tracking_id"] != sent["second use"]["tracking_id"]


def test_a_tracking_of_no_parcel_stands_alone(sent: Sent) -> None:
    typed, replacement = sent["typed"], sent["replacement"]
    assert (typed["system"], typed["account"], typed["order_id"]) == ("aftership", "parcels", None)
    assert (typed["status"], typed["carrier"], typed["shipped_at"]) == (
        "delivered",
        "dhl",
        JULY_2 + timedelta(days=1),
    )
    assert (replacement["order_account"], replacement["order_id"]) == (DE, sent.orders["lost"])


def test_every_parcel_and_every_tracking_is_counted_once(sent: Sent) -> None:
    (counted,) = warehouse.rows(
        sent.path,
        """select count(*) filter (where system = 'shopify') as parcels,
                  count(*) filter (where system = 'aftership') as alone from marts.shipments""",
    )
    assert counted == {"parcels": 11, "alone": 2}


def test_no_number_leaves_raw(sent: Sent) -> None:
    columns = warehouse.rows(
        sent.path,
        """select table_name, column_name from information_schema.columns
           where table_schema in ('staging', 'intermediate', 'marts') and column_name = 'tracking_number'""",
    )
    assert columns == []
