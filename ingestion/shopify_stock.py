"""The tables of stock: where it lies, what it is, how much of it there is."""

from datetime import timedelta

from ingestion.shopify_orders import MONEY
from ingestion.shopify_streams import Stream
from ingestion.tables import Table, columns
from ingestion.types import bigint, boolean, text, timestamp

QUANTITIES = '["available", "on_hand", "committed", "incoming", "reserved"]'

LOCATIONS = Table(
    "locations",
    cursor="updatedAt",
    nodes=("Location",),
    columns=columns(
        (text, "id name address.address1 address.city address.zip address.provinceCode"),
        (text, "address.countryCode"),
        (boolean, "isActive isFulfillmentService fulfillsOnlineOrders shipsInventory"),
        (timestamp, "createdAt updatedAt deactivatedAt"),
    ),
)

INVENTORY_ITEMS = Table(
    "inventory_items",
    cursor="updatedAt",
    nodes=("InventoryItem",),
    amount="unitCost.amount",
    columns=columns(
        (text, "id sku variant.id countryCodeOfOrigin harmonizedSystemCode"),
        (boolean, "tracked requiresShipping"),
        (timestamp, "createdAt updatedAt"),
        (MONEY, "unitCost"),
    ),
)

INVENTORY_LEVELS = Table(
    "inventory_levels",
    parent=INVENTORY_ITEMS,
    parent_id="inventory_item_id",
    connection="inventoryLevels",
    nodes=("InventoryLevel",),
    columns=columns((text, "id location.id"), (boolean, "isActive"), (timestamp, "updatedAt")),
)

INVENTORY_QUANTITIES = Table(
    "inventory_quantities",
    key=("inventory_level_id", "name"),
    parent=INVENTORY_LEVELS,
    parent_id="inventory_level_id",
    list_of="quantities",
    columns=columns((text, "name"), (bigint, "quantity"), (timestamp, "updatedAt")),
)

STREAMS = (
    # A handful, and no search by change: all of them each time.
    Stream(
        "locations",
        (LOCATIONS,),
        "locations",
        sort="ID",
        filter=None,
        window_filter=None,
        arguments={"locations": "includeInactive: true, includeLegacy: true"},
    ),
    # A sale or delivery moves a level and leaves its item's updated time: so, once a day, all.
    Stream(
        "inventory_items",
        (INVENTORY_ITEMS, INVENTORY_LEVELS, INVENTORY_QUANTITIES),
        "inventoryItems",
        sort=None,
        arguments={"quantities": f"names: {QUANTITIES}"},
        whole_every=timedelta(hours=20),
        priority="low",
    ),
)
