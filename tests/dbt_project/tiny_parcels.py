"""Raw rows of the carriers beside the shops of :mod:`tiny_world`: trackings and their checkpoints."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.dbt_project.tiny_world import RECEIVED, World, at, log

PARCELS = "parcels"
JULY_2 = at("2026-07-02 10:00")


@dataclass
class Carrier:
    """AfterShip of a world."""

    world: World

    def __post_init__(self) -> None:
        self.world.account("aftership", PARCELS, "group", "Europe/Berlin", "EUR")

    def tracking(
        self,
        number: str,
        tag: str,
        scans: tuple[tuple[str, int], ...] = (),
        *,
        order: str | None = None,
        begun: datetime = JULY_2,
        received: datetime = RECEIVED,
        **fields: Any,
    ) -> str:
        """One version of a tracking; ``scans``: (tag or subtag, days after it began)."""
        tracking = fields.pop("id", None) or f"t{self.world.new_id()}"
        updated = begun + timedelta(days=max((days for _, days in scans), default=0), hours=1)
        logged = log(PARCELS, updated, received, f"{number} {tag}")
        self.world.add(
            "raw_aftership",
            "trackings",
            id=tracking,
            tracking_number=number,
            number_hash=f"hash of {number}",
            slug="dhl",
            tag=tag,
            order_id=order,
            created_at=begun,
            updated_at=updated,
            **logged,
            **fields,
        )
        for position, (scan, days) in enumerate(scans, start=1):
            self.world.add(
                "raw_aftership",
                "checkpoints",
                tracking_id=tracking,
                position=position,
                checkpoint_time=begun + timedelta(days=days),
                tag=scan.partition("_")[0],
                subtag=scan if "_" in scan else f"{scan}_001",
                **logged,
            )
        return tracking


def named(account: str, order_id: str) -> str:
    """An order as our connector writes it."""
    return f"{account}.myshopify.com:{order_id}"
