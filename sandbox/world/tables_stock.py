"""Vendor-shaped tables of stock: where it lies, what it costs, how much there is."""

from sandbox.world.shapes import MONEY, REF, columns, struct, text

ADDRESS = struct(**text("address1 city country countryCode phone provinceCode zip"))
QUANTITY = struct(**text("id name"), quantity="BIGINT", updatedAt="VARCHAR")

STOCK: dict[str, dict[str, str]] = {
    "Location": {
        **text("id legacyResourceId name createdAt updatedAt deactivatedAt"),
        **columns("BOOLEAN", "isActive isFulfillmentService fulfillsOnlineOrders shipsInventory"),
        "hasActiveInventory": "BOOLEAN",
        "address": ADDRESS,
    },
    "InventoryItem": {
        **text("id legacyResourceId sku createdAt updatedAt countryCodeOfOrigin"),
        "harmonizedSystemCode": "VARCHAR",
        **columns("BOOLEAN", "tracked requiresShipping"),
        "unitCost": MONEY,
        "variant": REF,
        "locationsCount": struct(count="BIGINT", precision="VARCHAR"),
    },
    "InventoryLevel": {
        **text("id createdAt updatedAt"),
        "isActive": "BOOLEAN",
        **columns(REF, "item location"),
        "quantities": f"{QUANTITY}[]",
    },
}
