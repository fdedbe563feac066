"""Gift cards: one for each unit sold, some given away, some expired or switched off; ``shopify.GiftCard``.

Every order that a card pays for has one that was given to its buyer that moment, so that nobody redeems
what nobody issued. A card whose sale was taken back is switched off that moment.
Amounts are minor units of the shop's currency; ``balance`` is what the vendor shows, expired or not.
"""

from datetime import datetime

import duckdb

from sandbox.world.catalogue import GIFT_CARD
from sandbox.world.ids import RANGES, id_of
from sandbox.world.render import SHOP_PLACES, insert

# Given to everybody of a campaign, per shop: days to its expiry or switch-off from 2 March 2026.
CAMPAIGNS = ((1, 2_500, 182, None), (2, 4_000, None, 192), (3, 1_500, 242, None))


def create_gift_cards(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """``truth.gift_cards``: shop, card_id, value, balance, when given, expired, switched off; sold by which order."""
    campaigns = ", ".join(
        f"({n}, {value}, {days or 'null'}, {off or 'null'})" for n, value, days, off in CAMPAIGNS
    )
    first = f"s.first_id + {RANGES['gift_card']}"
    con.execute(
        f"""create or replace table truth.gift_cards as
        with paid as (
            select ono, min(happened_at) as first_at, cast(sum(case kind when 'REFUND' then -amount
                else amount end) as bigint) as spent, max(happened_at) as last_at
            from truth.transactions where gateway = 'gift_card' and status = 'SUCCESS' group by ono),
        cards as (
            select o.shop, o.number * 256 + u.unit as place, {id_of("gift_card", "u.unit")} as card_id,
                l.unit as value, cast(0 as bigint) as spent, o.created_at as given_at,
                cast(null as date) as expires_on, o.ono as sold_ono, o.ono, o.created_at as changed_at,
                case when o.cancel <> 'money_kept' then o.gone_at end as off_at
            from truth.lines as l join truth.orders as o using (ono)
            join (select unnest(generate_series(1, 255)) as unit) as u on u.unit <= l.quantity
            where l.variant = {GIFT_CARD} and l.is_gift_card and not o.is_test
            union all
            select o.shop, o.number * 256, {id_of("gift_card", "0")},
                div_round(o_paid.most + 999, 1000) * 1000, p.spent,
                o.created_at, null, null, o.ono, p.last_at, null
            from paid as p join truth.orders as o using (ono)
            join (select ono, cast(sum(amount) as bigint) as most from truth.transactions
                where gateway = 'gift_card' and status = 'SUCCESS' and kind <> 'REFUND' group by ono)
                as o_paid using (ono)
            where not o.is_test
            union all
            select s.shop, c.n, {first} + s.id_step * c.n, c.value, 0, timestamp '2026-03-02 09:00:00', date '2026-03-02' + c.days, null, null,
                timestamp '2026-03-02 09:00:00', timestamp '2026-03-02 15:00:00' + c.off * interval 1 day
            from truth.shops as s cross join (values {campaigns}) as c(n, value, days, off))
        select * exclude (off_at), case when off_at <= ? then off_at end as off_at, value - spent as balance
        from cards where given_at <= ?""",
        [clock.replace(tzinfo=None)] * 2,
    )


def render_gift_cards(con: duckdb.DuckDBPyConnection) -> None:
    insert(
        con,
        "GiftCard",
        f"""select gid('GiftCard', g.card_id) as "id",
            lpad(cast(g.card_id % 9973 as varchar), 4, '0') as "lastCharacters", '•••• •••• •••• ' || lpad(cast(g.card_id % 9973 as varchar), 4, '0') as "maskedCode",
            iso(g.given_at) as "createdAt",
            iso(greatest(g.changed_at, coalesce(g.off_at, g.changed_at))) as "updatedAt",
            iso(g.off_at) as "deactivatedAt", strftime(g.expires_on, '%Y-%m-%d') as "expiresOn",
            g.off_at is null as "enabled",
            struct_pack("amount" := money_text(g.value, exponent_of(s.currency)), "currencyCode" := s.currency)
                as "initialValue",
            struct_pack("amount" := money_text(g.balance, exponent_of(s.currency)), "currencyCode" := s.currency)
                as "balance",
            ref(gid('Customer', i.customer_id)) as "customer",
            ref(gid('Order', case when g.sold_ono is not null then o.order_id end)) as "order",
            s.account as _shop, g.shop * {SHOP_PLACES} + g.place as _seq
        from truth.gift_cards as g join truth.shops as s using (shop)
        left join truth.orders as o on o.ono = g.ono
        left join truth.customer_ids as i on i.shop = o.shop and i.pid = o.pid and o.mode = 'customer'""",
    )
