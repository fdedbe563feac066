"""``truth.crm_people``: whom the CRM may come to know, buyers of the shops and people never seen there.

An address of several people (a hotel's, the kiosk's) is one contact at most, so only the first of them
stands here: HubSpot refuses a second contact with an address it has.
"""

from datetime import datetime, timedelta

import duckdb
import numpy as np

from sandbox.world import names, shops
from sandbox.world.columns import store
from sandbox.world.people import ORDERS_PER_PERSON
from sandbox.world.streams import Streams

FIRST_LEAD = 50_000_000  # above every person that a world can have
FIRST_PROSPECT = 4_500_000  # companies that never bought
LEADS_PER_PERSON = 0.12
LEAST_LEADS = 12


def create_crm_people(
    con: duckdb.DuckDBPyConnection,
    seed: int,
    base: datetime,
    clock: datetime,
    days: int,
    orders: int,
) -> None:
    _create_leads(con, seed, base, clock, days, orders)
    con.execute(
        """create table truth.crm_people as
        with shared as (
            select pid, min(pid) over (partition by email) as first_pid, email
            from truth.contacts join truth.persons as p using (pid)
            where shop = 0 and p.kind in ('role_address', 'kiosk')),
        buyers as (
            select p.pid, p.kind, p.first_name, p.last_name, p.country, p.language, p.mail_name,
                p.mail_domain, s.email as shared_email, p.phone, p.company_id, p.is_subscribed,
                p.born as known_at,
                exists (select 1 from truth.contacts as c where c.pid = p.pid and c.form = 'second')
                    as has_work_address
            from truth.persons as p left join shared as s using (pid)
            where p.kind <> 'walk_in' and (s.pid is null or s.pid = s.first_pid))
        select * from buyers
        union all by name
        select *, null as shared_email, true as is_subscribed,
            false as has_work_address from truth.leads
        order by pid"""
    )


def _create_leads(
    con: duckdb.DuckDBPyConnection,
    seed: int,
    base: datetime,
    clock: datetime,
    days: int,
    orders: int,
) -> None:
    """``truth.leads``: readers of the newsletter and leads of a fair, steadily one after the other."""
    per_base = max(LEAST_LEADS, int(LEADS_PER_PERSON * orders / ORDERS_PER_PERSON))
    start = base - timedelta(days=days)
    elapsed = (clock - start).total_seconds()
    step = days * 86_400 / per_base
    size = int(elapsed / step) + 1
    streams = Streams(seed, "leads", size)
    number = np.arange(size)
    known = np.datetime64(start.replace(tzinfo=None), "ms") + (
        (number + streams.uniform("known")) * step * 1000
    ).astype("timedelta64[ms]")
    store(
        con,
        "truth.leads_drawn",
        {
            "number": number,
            "dest": (streams.uniform("dest") * len(shops.DESTINATIONS)).astype("int64"),
            "first": (streams.uniform("first") * 1000).astype("int64"),
            "last": (streams.uniform("last") * 1000).astype("int64"),
            "provider": (streams.uniform("provider") * 1000).astype("int64"),
            "has_phone": streams.happens("phone", 0.3),
            "is_fair": streams.happens("fair", 0.4),
            "known_at": known.astype("datetime64[us]"),
        },
    )
    con.execute(
        f"""create table truth.leads as
        with named as (
            select l.*, d.language, d.country, {_pick(names.FIRST, "l.first")} as first_name,
                {_pick(names.LAST, "l.last")} as last_name,
                {_pick(names.PROVIDERS, "l.provider")} as mail_domain
            from truth.leads_drawn as l join truth.destinations as d on d.dest = l.dest)
        select {FIRST_LEAD} + number as pid, case when is_fair then 'lead' else 'newsletter' end as kind,
            first_name, last_name, country, language,
            replace(replace(strip_accents(lower(first_name || '.' || last_name)), '''', ''), ' ', '')
                || '.n' || number as mail_name,
            mail_domain,
            case when has_phone then '+49160' || lpad(cast(number as varchar), 7, '0') end as phone,
            -- Some of those met at a fair are there for their company.
            case when is_fair and number % 3 = 0 then {FIRST_PROSPECT} + number // 6 end as company_id,
            known_at
        from named order by number"""
    )
    con.execute("drop table truth.leads_drawn")


def _pick(words: dict[str, list[str]], column: str) -> str:
    """SQL for the word of the row's ``language`` that ``column`` points at."""
    whens = []
    for language, listed in words.items():
        texts = ", ".join("'" + word.replace("'", "''") + "'" for word in listed)
        whens.append(f"when '{language}' then [{texts}][1 + {column} % {len(listed)}]")
    return f"(case d.language {' '.join(whens)} end)"
