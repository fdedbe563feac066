"""Where each shop keeps its goods: warehouses, and a store for what is paid at a counter. Constants only."""

from typing import NamedTuple

import duckdb

from sandbox.world import shops
from sandbox.world.columns import store_rows

FIRST_LOCATION = 5_000_000  # above a shop's first id


class Location(NamedTuple):
    """``is_store``: what is paid in cash leaves from here; of the others the first sends parcels. A place that
    was given up holds nothing.
    """

    shop: int
    place: int
    name: str
    address1: str
    city: str
    zip: str
    province: str | None
    country: str
    is_store: bool = False
    deactivated_at: str | None = None


LOCATIONS = [
    Location(shops.DE, 0, "Lager Hamburg", "Am Kai 12", "Hamburg", "20457", None, "DE"),
    Location(
        shops.DE, 1, "Laden Berlin", "Torstraße 8", "Berlin", "10119", None, "DE", is_store=True
    ),
    Location(shops.DE, 2, "Retouren Köln", "Hansaring 3", "Köln", "50670", None, "DE"),
    Location(
        *(shops.DE, 3, "Altes Lager Bremen", "Hafenstraße 1", "Bremen", "28217", None, "DE"),
        deactivated_at="2026-03-31T16:00:00Z",
    ),
    Location(shops.WORLD, 0, "New Jersey", "44 Dock Road", "Newark", "07114", "NJ", "US"),
    Location(
        shops.WORLD,
        1,
        "Store New York",
        "5 Mercer St",
        "New York",
        "10013",
        "NY",
        "US",
        is_store=True,
    ),
    Location(shops.WORLD, 2, "Rotterdam", "Maaskade 90", "Rotterdam", "3071", None, "NL"),
    Location(shops.JP, 0, "東京倉庫", "有明 3-1", "Tokyo", "135-0063", "JP-13", "JP"),
]


def create_locations(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.locations``: one row per shop and place, with its id."""
    store_rows(con, "truth.locations_drawn", Location._fields, LOCATIONS)
    con.execute(
        f"""create table truth.locations as
        select l.*, s.account, s.first_id + {FIRST_LOCATION} + l.place * s.id_step as location_id
        from truth.locations_drawn as l join truth.shops as s using (shop) order by shop, place"""
    )
    con.execute("drop table truth.locations_drawn")
