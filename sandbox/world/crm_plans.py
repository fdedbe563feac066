"""``truth.crm_plans``: per person what the CRM will do, by when, whatever the clock says.

Slots number a person's contacts: 0 the first one, 1 a duplicate, 2 another one, 3 what the merge of 0
and 1 became, 4 what the merge of 3 and 2 became. Times are plans; ``crm`` cuts them at the clock.
"""

from typing import Any

import duckdb
import numpy as np

from sandbox.world.columns import Coded, store
from sandbox.world.crm_cases import CRM_CASES
from sandbox.world.crm_people import FIRST_LEAD
from sandbox.world.streams import DAY, Streams

BUYERS_IN_CRM = 0.7
NEVER = -1  # milliseconds that say: it doesn't happen


def create_crm_plans(con: duckdb.DuckDBPyConnection, seed: int) -> None:
    (persons,) = con.execute("select max(pid) + 1 from truth.persons").fetchall()[0]
    (leads,) = con.execute("select count(*) from truth.leads").fetchall()[0]
    buyers = _draw(Streams(seed, "crm buyers", persons), BUYERS_IN_CRM)
    for case in CRM_CASES:
        _set(buyers, case.pid, case.fields)
    for table, first, drawn in (("buyers", 0, buyers), ("leads", FIRST_LEAD, _leads(seed, leads))):
        size = len(drawn["wait"])
        store(con, f"truth.crm_{table}_drawn", {"pid": first + np.arange(size), **drawn})
    con.execute(
        f"""create table truth.crm_plans as
        with drawn as (
            select * from truth.crm_buyers_drawn union all by name select * from truth.crm_leads_drawn),
        shop_customers as (
            select pid, arg_min(struct_pack(shop := shop, customer_id := customer_id), (since, shop)) as customer, min(since) as since
            from truth.customer_ids group by pid),
        bought as (
            select pid, list(created_at order by created_at, ono) as at from truth.orders
            where mode <> 'guest_none' and not is_test group by pid),
        first_slot as (
            select d.*, p.* exclude (pid), b.at as bought_at, c.customer, c.since as customer_since,
                coalesce(d.created, p.known_at + {_ms("d.wait")}) as created_0,
                d.is_duplicated or (p.has_work_address and d.wait_second % 2 = 0 and d.created is null)
                    as has_second,
                case when p.has_work_address and d.created is null then 'second' else d.second_form end
                    as form_1
            from drawn as d join truth.crm_people as p using (pid)
            left join bought as b using (pid) left join shop_customers as c using (pid)
            where d.is_in),
        second_slot as (
            select *, case when has_second and shared_email is null and kind <> 'phone_only'
                and (form_1 <> 'none' or phone is not null)
                then created_0 + {_ms("wait_second")} end as created_1
            from first_slot),
        third_slot as (
            select *, case when has_third then created_1 + {_ms("wait_third")} end as created_2,
                case when wait_merge >= 0 then created_1 + {_ms("wait_merge")} end as merged_at
            from second_slot),
        merged as (
            select *, case when wait_chain >= 0 and created_2 is not null and merged_at is not null
                then greatest(merged_at, created_2) + {_ms("wait_chain")} end as chained_at,
                case when merged_at is null and wait_archive >= 0
                    then created_0 + {_ms("wait_archive")} end as archived_0_at,
                case when merged_at is null and wait_cleanup >= 0
                    then created_1 + {_ms("wait_cleanup")} end as archived_1_at
            from third_slot)
        select *,
            case when is_linked and customer is not null
                then greatest(created_0, customer_since) + {_ms("wait_link")} end as linked_0_at,
            case when is_second_linked and customer is not null and created_1 is not null
                then greatest(created_1, customer_since) + {_ms("wait_link")} end as linked_1_at,
            case when phone is not null then case when kind = 'phone_only' then created_0
                else created_0 + {_ms("wait_phone")} end end as phoned_at,
            case when wait_optout >= 0 then created_0 + {_ms("wait_optout")} end as opted_out_at,
            case when tier_by_hand <> 'none' then created_0 + {_ms("wait_hand")} end as tiered_at
        from merged"""
    )
    con.execute("drop table truth.crm_buyers_drawn")
    con.execute("drop table truth.crm_leads_drawn")


def _ms(column: str) -> str:
    return f"to_milliseconds({column})"


def _draw(streams: Streams, share: float) -> dict[str, Any]:
    is_merged = streams.happens("merged", 0.45)
    no_time = np.full(streams.size, np.datetime64("NaT", "us"))
    soon = streams.happens("soon", 0.5)
    return {
        "is_in": streams.happens("in", share),
        "created": no_time,
        "wait": np.where(soon, streams.wait("at once", 0.05), streams.wait("later", 45)),
        "form": _coded(streams, "form", {"tagged": 0.08, "dotless": 0.05, "second": 0.04}, "plain"),
        "is_duplicated": streams.happens("duplicated", 0.08),
        "wait_second": streams.wait("second", 40, 1),
        "second_form": _coded(streams, "second form", {"second": 0.35, "none": 0.15}, "tagged"),
        "has_third": streams.happens("third", 0.3),
        "wait_third": streams.wait("third waits", 30, 1),
        "third_form": _coded(streams, "third form", {"none": 0.3}, "private"),
        "wait_merge": np.where(is_merged, streams.wait("merge", 25, 2), NEVER),
        "wait_chain": np.where(streams.happens("chain", 0.6), streams.wait("chains", 25, 2), NEVER),
        "wait_archive": np.where(
            streams.happens("archived", 0.025), streams.wait("archive", 90, 5), NEVER
        ),
        "wait_cleanup": np.where(
            streams.happens("cleaned", 0.25), streams.wait("cleanup", 60, 3), NEVER
        ),
        "is_linked": streams.happens("linked", 0.5),
        "is_second_linked": streams.happens("second linked", 0.3),
        "wait_link": (DAY * (0.05 + 2 * streams.uniform("link"))).astype("int64"),
        "wait_phone": np.where(
            streams.happens("phone at once", 0.5), 0, streams.wait("phone", 60, 1)
        ),
        "wait_optout": np.where(
            streams.happens("opts out", 0.07), streams.wait("optout", 120, 1), NEVER
        ),
        "tier_by_hand": _coded(
            streams, "tier", {"vip": 0.02, "gold": 0.02, "standard": 0.03}, "none"
        ),
        "wait_hand": streams.wait("hand", 100, 10),
    }


def _leads(seed: int, size: int) -> dict[str, Any]:
    drawn = _draw(Streams(seed, "crm leads", size), 1.0)
    return {**drawn, "wait": np.zeros(size, "int64")}


def _coded(streams: Streams, column: str, shares: dict[str, float], rest: str) -> Coded:
    edges = np.cumsum(list(shares.values()))
    codes = np.searchsorted(edges, streams.uniform(column), side="right")
    return Coded([*shares, rest], codes.astype("int8"))


def _set(columns: dict[str, Any], row: int, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        column = columns[name]
        if isinstance(column, Coded):
            column.set(row, value)
        else:
            column[row] = value
