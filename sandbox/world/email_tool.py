"""Schema ``email_tool``: what the group's e-mail tool was told of addresses, one statement per row.

Subscribers of the shops and readers of the newsletter confirm their address; some leave, some complain.
A list imported later claims again some of those who left, one import is undated, and some come back
by themselves. Files hold the statements of a month, by when they were recorded.
"""

from datetime import datetime

import duckdb

from sandbox.world.accounts import NEWSLETTER

COLUMNS = (
    "statement_id stated_at email channel purpose country controller state origin method"
    " wording_version evidence recorded_at"
)


def create_email_tool(con: duckdb.DuckDBPyConnection, seed: int, clock: datetime) -> None:
    """Fill ``email_tool.statements`` with what was recorded by the clock."""
    con.execute("create schema if not exists email_tool")
    con.execute(
        f"""create table email_tool.statements as
        with known as (
            select w.email, p.country, f.legal_entity as controller, min(c.since) as since
            from truth.customer_ids as c
            join truth.persons as p using (pid)
            join truth.contacts as w on w.pid = c.pid and w.shop = c.shop
            join truth.shops as f on f.shop = c.shop
            where p.is_subscribed and w.email like '%_@_%._%'
            group by all
            union all
            select mail_name || '@' || mail_domain, country, 'group', known_at
            from truth.leads where kind = 'newsletter'),
        chosen as (
            select *, hash(email, controller, {seed}) % 100 as chance from known
            where hash(email, {seed}, 'kept') % 10 < 6),
        said as (
            select email, country, controller, chance, 'subscribed' as state, 'person' as origin,
                'double_opt_in' as method, '2026-01' as wording_version, since as said_at,
                'confirmed by link' as evidence, true as is_dated
            from chosen
            union all
            select email, country, controller, chance, 'unsubscribed', 'person', 'link', null,
                since + (3 + chance) * interval 1 day, 'link in a mail', true
            from chosen where chance < 12
            union all
            select email, country, controller, chance, 'complained', 'person', 'spam_report', null,
                since + (5 + chance) * interval 1 day, 'feedback loop', true
            from chosen where chance between 12 and 13
            union all
            select email, country, controller, chance, 'subscribed', 'import', 'import', null,
                since + (20 + chance) * interval 1 day, null, true
            from chosen where chance < 4
            union all
            select email, country, controller, chance, 'subscribed', 'person', 'double_opt_in', '2026-01',
                since + (30 + chance) * interval 1 day, 'confirmed by link', true
            from chosen where chance between 4 and 6
            union all
            select 'old.' || email, country, controller, chance, 'subscribed', 'import', 'import', null,
                since + interval 40 day, null, false
            from chosen where chance between 20 and 22)
        select
            'st_' || substr(md5(concat_ws('|', email, controller, state, origin, said_at)), 1, 16)
                as statement_id,
            case when is_dated then strftime(said_at, '%Y-%m-%dT%H:%M:%SZ') end as stated_at,
            email, 'email' as channel, 'marketing' as purpose, country, controller, state, origin,
            method, wording_version, evidence,
            strftime(said_at + interval 5 minute, '%Y-%m-%dT%H:%M:%SZ') as recorded_at,
            strftime(said_at + interval 5 minute, '%Y-%m') || '.csv' as _file,
            '{NEWSLETTER.account}' as _account,
            row_number() over (order by said_at, email, controller, state) as _seq
        from said where said_at + interval 5 minute <= ?
        order by _seq""",
        [clock.replace(tzinfo=None)],
    )
