"""``shopify.Location``, ``InventoryItem`` and ``InventoryLevel``."""

import duckdb

from sandbox.world.render import insert

QUANTITIES = ("available", "on_hand", "committed", "incoming", "reserved")
OPENED = "2024-01-01 08:00:00"


def render_stock(con: duckdb.DuckDBPyConnection) -> None:
    insert(
        con,
        "Location",
        f"""select gid('Location', location_id) as "id", cast(location_id as varchar) as "legacyResourceId",
            name, iso(timestamp '{OPENED}') as "createdAt", coalesce(deactivated_at, iso(timestamp '{OPENED}')) as "updatedAt",
            deactivated_at as "deactivatedAt", deactivated_at is null as "isActive", false as "isFulfillmentService", not is_store as "fulfillsOnlineOrders",
            not is_store as "shipsInventory", deactivated_at is null as "hasActiveInventory",
            struct_pack("address1" := address1, "city" := city, "country" := country,
                "countryCode" := country, "phone" := '', "provinceCode" := province, "zip" := zip) as "address",
            account as _shop, row_number() over (order by shop, place) as _seq
        from truth.locations""",
    )
    insert(
        con,
        "InventoryItem",
        """select gid('InventoryItem', item_id) as "id", cast(item_id as varchar) as "legacyResourceId", sku,
            iso(created_at) as "createdAt", iso(updated_at) as "updatedAt",
            case when variant % 4 = 0 then 'CN' when variant % 4 = 1 then 'PT' else 'DE' end
                as "countryCodeOfOrigin",
            case when is_goods then cast(691100 + variant % 90 as varchar) end as "harmonizedSystemCode",
            is_goods as "tracked", is_goods as "requiresShipping",
            case when cost is not null then struct_pack(
                "amount" := money_text(cost, exponent_of(currency)), "currencyCode" := currency) end as "unitCost",
            ref(gid('ProductVariant', variant_id)) as "variant",
            struct_pack("count" := case when is_goods then (
                select count(*) from truth.locations as l
                where l.shop = i.shop and l.deactivated_at is null) else 0 end,
                "precision" := 'EXACT') as "locationsCount",
            account as _shop, row_number() over (order by shop, variant) as _seq
        from truth.inventory_items as i""",
    )
    quantities = ", ".join(
        f"""struct_pack("id" := gid('InventoryQuantity', location_id || '?inventory_item_id=' || item_id
            || '&name={name}'), "name" := '{name}', "quantity" := cast({name} as bigint),
            "updatedAt" := iso(updated_at))"""
        for name in QUANTITIES
    )
    insert(
        con,
        "InventoryLevel",
        f"""select gid('InventoryLevel', location_id || '?inventory_item_id=' || item_id) as "id",
            iso(created_at) as "createdAt", iso(updated_at) as "updatedAt", true as "isActive",
            ref(gid('InventoryItem', item_id)) as "item", ref(gid('Location', location_id)) as "location",
            [{quantities}] as "quantities", account as _shop,
            row_number() over (order by shop, variant, location_id) as _seq,
            gid('InventoryItem', item_id) as _parent
        from truth.inventory_levels""",
    )
