"""Second accounts of one customer in one shop, and the day on which the shop merges them away.

A twin signs up with a tagged spelling of the same address, buys nothing, and is gone from the shop's lists
from its merge on; the API has no list of merges, only the webhook ``customers/merge`` tells of one.
"""

from datetime import datetime, timedelta

import duckdb

from sandbox.world.ids import RANGES
from sandbox.world.names import PLUS_TAG_PROVIDERS, PROVIDERS
from sandbox.world.people import person
from sandbox.world.render import insert
from sandbox.world.shops import OPT_IN_LEVEL

ONE_IN = 40  # customers whose address may carry a tag
TAG = "+zweit"
NAMED = "regular_jp"  # merged soon after the base clock, whatever is drawn
NAMED_SINCE_DAYS, NAMED_MERGED_DAYS = -40, 5.3


def create_merges(con: duckdb.DuckDBPyConnection, base: datetime, clock: datetime) -> None:
    """``truth.customer_twins``: every second account there has been; ``truth.customer_merges``: what became
    of them by the clock.
    """
    tagged = sorted({mail for mails in PROVIDERS.values() for mail in mails[:PLUS_TAG_PROVIDERS]})
    since, merged = (
        f"timestamp '{base + timedelta(days=days):%Y-%m-%d %H:%M:%S}'"
        for days in (NAMED_SINCE_DAYS, NAMED_MERGED_DAYS)
    )
    con.execute(
        f"""create table truth.customer_twins as
        with drawn as (
            select c.shop, c.pid, c.customer_id, c.since as kept_since, p.is_subscribed,
                p.mail_name || '{TAG}@' || p.mail_domain as email, p.pid = {person(NAMED)} as is_named,
                chance(c.pid * 4 + c.shop, 'twin', 1000000) as drawn
            from truth.customer_ids as c join truth.persons as p using (pid)
            join truth.contacts as w on w.pid = c.pid and w.shop = c.shop
            where p.kind = 'consumer' and w.form in ('plain', 'capitals')
                and p.mail_domain in ({", ".join(f"'{mail}'" for mail in tagged)})),
        timed as (
            select *, case when is_named then {since}
                    else kept_since + (5 + drawn // 1000 % 60) * interval 1 day + interval 3 hour end as since,
                case when is_named then {merged}
                    else kept_since + (5 + drawn // 1000 % 60 + 3 + drawn // 60000 % 15) * interval 1 day
                        + interval 9 hour end as merged_at
            from drawn where is_named or drawn % {ONE_IN} = 0 and not is_subscribed)
        select t.* exclude (drawn, kept_since), s.account,
            t.customer_id + {RANGES["customer"] * 2} as twin_id
        from timed as t join truth.shops as s using (shop)
        where t.since <= ?""",
        [clock.replace(tzinfo=None)],
    )
    con.execute(
        """create table truth.customer_merges as
        select account, shop, pid, cast(customer_id as varchar) as kept_customer_id,
            cast(twin_id as varchar) as deleted_customer_id, merged_at
        from truth.customer_twins where merged_at <= ? order by merged_at, account, twin_id""",
        [clock.replace(tzinfo=None)],
    )


def render_twins(con: duckdb.DuckDBPyConnection) -> None:
    """The second accounts that are still there, behind the shop's other customers."""
    insert(
        con,
        "Customer",
        f"""select gid('Customer', t.twin_id) as "id", iso(t.since) as "createdAt", iso(t.since) as "updatedAt",
            p.first_name as "firstName", p.last_name as "lastName", 'ENABLED' as "state",
            case p.language when 'de' then 'de-DE' when 'ja' then 'ja-JP' else 'en-US' end as "locale",
            [] as "tags", false as "taxExempt", true as "verifiedEmail", '0' as "numberOfOrders",
            struct_pack("amount" := money_text(0, exponent_of(f.currency)), "currencyCode" := f.currency)
                as "amountSpent",
            struct_pack("emailAddress" := t.email,
                "marketingState" := case when t.is_subscribed then 'SUBSCRIBED' else 'NOT_SUBSCRIBED' end,
                "marketingOptInLevel" := case when t.is_subscribed then {OPT_IN_LEVEL} end,
                "marketingUpdatedAt" := case when t.is_subscribed then iso(t.since) end) as "defaultEmailAddress",
            struct_pack("company" := null, "address1" := p.address1, "city" := p.city, "zip" := p.zip,
                "provinceCode" := p.province, "countryCodeV2" := p.country, "phone" := null) as "defaultAddress",
            f.account as _shop, 1000000000 + row_number() over (order by t.shop, t.twin_id) as _seq
        from truth.customer_twins as t join truth.persons as p using (pid) join truth.shops as f using (shop)
        anti join truth.customer_merges as m
            on m.account = t.account and m.deleted_customer_id = cast(t.twin_id as varchar)""",
    )
