"""``shopify.Shop`` and ``shopify.Customer``: the people as their shops know them."""

from datetime import datetime

import duckdb

from sandbox.world import shops
from sandbox.world.merges import render_twins
from sandbox.world.render import insert


def render_people(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    _render_shops(con, clock)
    insert(
        con,
        "Customer",
        f"""
        with spent as (
            select o.shop, o.pid, count(*) as orders,
                cast(sum(case when o.gone_at is null then d.current else 0 end) as bigint) as amount
            from truth.orders as o join truth.dues as d using (ono)
            where o.mode = 'customer' and not o.is_test group by o.shop, o.pid)
        select gid('Customer', c.customer_id) as "id", iso(c.since) as "createdAt",
            iso(greatest(c.changed_at, m.merged_at)) as "updatedAt",
            p.first_name as "firstName", p.last_name as "lastName",
            case when p.kind = 'kiosk' then 'DISABLED' when c.pid % 5 = 0 then 'INVITED' else 'ENABLED' end
                as "state",
            case p.language when 'de' then 'de-DE' when 'ja' then 'ja-JP' else 'en-US' end as "locale",
            case when s.amount > 50000 then ['vip'] when p.kind = 'b2b' then ['b2b'] else [] end as "tags",
            p.kind = 'b2b' as "taxExempt",
            w.email is not null as "verifiedEmail",
            cast(coalesce(s.orders, 0) as varchar) as "numberOfOrders",
            struct_pack("amount" := money_text(coalesce(s.amount, 0), exponent_of(f.currency)),
                "currencyCode" := f.currency) as "amountSpent",
            case when w.email is not null then struct_pack("emailAddress" := w.email,
                "marketingState" := case when p.is_subscribed then 'SUBSCRIBED' else 'NOT_SUBSCRIBED' end,
                "marketingOptInLevel" := case when p.is_subscribed then {shops.OPT_IN_LEVEL} end,
                "marketingUpdatedAt" := case when p.is_subscribed then iso(c.since) end) end
                as "defaultEmailAddress",
            case when w.phone is not null then struct_pack("phoneNumber" := w.phone,
                "marketingState" := 'NOT_SUBSCRIBED', "marketingOptInLevel" := null,
                "marketingUpdatedAt" := null) end as "defaultPhoneNumber",
            struct_pack("company" := case when p.company_id is not null
                    then 'Company ' || p.company_id end,
                "address1" := p.address1, "city" := p.city, "zip" := p.zip,
                "provinceCode" := p.province, "countryCodeV2" := p.country, "phone" := w.phone)
                as "defaultAddress",
            f.account as _shop, row_number() over (order by c.shop, c.customer_id) as _seq
        from truth.customer_ids as c
        join truth.persons as p using (pid)
        join truth.contacts as w on w.pid = c.pid and w.shop = c.shop
        join truth.shops as f on f.shop = c.shop
        left join spent as s on s.shop = c.shop and s.pid = c.pid
        left join truth.customer_merges as m on m.shop = c.shop and m.pid = c.pid
        """,
    )
    render_twins(con)


def _render_shops(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    opened = f"{clock.year - 3}-01-01T00:00:00Z"
    for number, shop in enumerate(shops.SHOPS):
        insert(
            con,
            "Shop",
            f"""select gid('Shop', {71_000_000_000 + number}) as "id", '{shop.account}' as "name",
                '{shop.account}.myshopify.com' as "myshopifyDomain", '{shop.currency}' as "currencyCode",
                '{shop.zone}' as "ianaTimezone", {shop.taxes_included} as "taxesIncluded",
                '{opened}' as "createdAt", '{opened}' as "updatedAt",
                struct_pack("countryCodeV2" := '{shop.country}') as "shopAddress",
                {shops.PRESENTMENT[number]!r} as "enabledPresentmentCurrencies",
                '{shop.account}' as _shop, {number + 1} as _seq""",
        )
