"""What the group's ERP knows of its goods: item codes of the shops' articles and what a unit costs.

Schema ``erp``: one table per file it drops. An article's code may change on a day (another supplier's
item takes its place); a cost holds from a day, and its correction is a higher version of the same day.
"""

from datetime import datetime

import duckdb

RECODED_IN = 25  # articles, one of so many, that are another item from RECODED_ON
RECODED_ON = "2026-03-01"
DEARER_ON, DEARER_PERCENT = "2026-02-01", 104
CORRECTED_IN = 40  # items, one of so many, whose dearer cost was wrong
CORRECTED_AT, CORRECTED_PERCENT = "2026-04-20 09:00", 107
FIRST_DAY = "2025-01-01"


def create_erp(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """``erp.item_codes`` and ``erp.item_costs`` as known at the clock; text as the files have it."""
    now = f"timestamp '{clock:%Y-%m-%d %H:%M:%S}'"
    con.execute("create schema erp")
    # A currency's own decimals, unlike the shops'.
    con.execute(
        """create macro erp_text(minor, exponent) as case when exponent = 0 then cast(minor as varchar)
        else minor // pow10(exponent) || '.' || lpad(cast(minor % pow10(exponent) as varchar), exponent, '0') end"""
    )
    con.execute(
        f"""create table erp.item_codes as
        with coded as (
            select i.account as shop_account, i.sku, 'ITM-' || right(i.sku, 7) as item_code,
                '{FIRST_DAY}' as valid_from, timestamp '2024-12-20 08:00:00' as updated_at
            from truth.inventory_items as i where i.is_goods
            union all
            select i.account, i.sku, 'ITN-' || right(i.sku, 7), '{RECODED_ON}', timestamp '2026-02-24 08:00:00'
            from truth.inventory_items as i where i.is_goods and i.variant % {RECODED_IN} = 7)
        select item_code, shop_account, sku, valid_from, 1 as version,
            strftime(updated_at, '%Y-%m-%dT%H:%M:%SZ') as updated_at
        from coded where updated_at <= {now} order by shop_account, sku, valid_from"""
    )
    con.execute(
        f"""create table erp.item_costs as
        with based as (
            select 'ITM-' || right(i.sku, 7) as item_code, i.currency, i.variant,
                div_round(v.price * (32 + i.variant * 7 % 29), 100) as cost
            from truth.inventory_items as i join truth.variants as v using (shop, variant)
            where i.is_goods),
        valued as (
            select item_code, currency, cost, '{FIRST_DAY}' as valid_from, 1 as version, 'purchasing' as author,
                timestamp '2024-12-20 08:00:00' as updated_at
            from based
            union all
            select item_code, currency, div_round(cost * {DEARER_PERCENT}, 100), '{DEARER_ON}', 1, 'purchasing',
                timestamp '2026-01-27 08:00:00'
            from based where variant % 2 = 0
            union all
            -- Corrected when the month that it holds for may be closed.
            select item_code, currency, div_round(cost * {CORRECTED_PERCENT}, 100), '{DEARER_ON}', 2, 'controlling',
                timestamp '{CORRECTED_AT}'
            from based where variant % {CORRECTED_IN} = 4
            union all
            select 'ITN-' || right(item_code, 7), currency, div_round(cost * 95, 100), '{RECODED_ON}', 1, 'purchasing',
                timestamp '2026-02-24 08:00:00'
            from based where variant % {RECODED_IN} = 7)
        select item_code, erp_text(cost, exponent_of(currency)) as cost_amount, currency, valid_from, version,
            author, strftime(updated_at, '%Y-%m-%dT%H:%M:%SZ') as updated_at, cost as _cost
        from valued where updated_at <= {now} order by item_code, valid_from, version"""
    )
