"""How buyers came: the visits before an order, with referrer and UTM parameters.

Sales at a counter and orders of companies have none; some browsers tell nothing. What a visit was is found
out some hours after the order, which says no word of it but ``ready``.
"""

from typing import NamedTuple

import duckdb

from sandbox.world.columns import store_rows

FIRST_ELSEWHERE_PERCENT = 40  # orders whose first visit came another way than the last
SILENT_PERCENT = 12  # orders of which no visit is known
READY_HOURS = 12
MANY_LINES = 200  # an order of more lines than this has as many discount codes as fit


class Source(NamedTuple):
    """One way to a shop; ``weight`` of a hundred visits come so."""

    weight: int
    source: str
    kind: str | None
    referrer: str | None
    utm_source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    term: str | None = None


SOURCES = [
    Source(24, "Google", "SEO", "https://www.google.com/"),
    Source(
        10, "Google", "AD", "https://www.google.com/", "google", "cpc", "brand", None, "nordlicht"
    ),
    Source(8, "Google", "AD", "https://www.google.com/", "google", "cpc", "shopping-all", "feed"),
    Source(
        12, "Facebook", "AD", "https://l.facebook.com/", "facebook", "paid_social", "autumn-living"
    ),
    Source(
        6,
        "Instagram",
        "POST",
        "https://l.instagram.com/",
        "instagram",
        "social",
        "behind-the-scenes",
    ),
    Source(13, "email", "NEWSLETTER", None, "newsletter", "email", "weekly-picks", "header"),
    Source(5, "email", "ABANDONED_CART", None, "klaviyo", "email", "come-back"),
    Source(4, "idealo.de", "AFFILIATE", "https://www.idealo.de/", "idealo", "affiliate", "listing"),
    Source(18, "direct", None, None),
]


def create_journeys(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.sources``: the ways there are; ``truth.journeys``: each order's first and last of them."""
    rows = []
    for number, way in enumerate(SOURCES):
        given = {"source": way.utm_source, "medium": way.medium, "campaign": way.campaign}
        query = "&".join(f"utm_{name}={value}" for name, value in given.items() if value)
        rows.append((number, *way, f"?{query}" if query else ""))
    store_rows(con, "truth.sources", ["number", *Source._fields, "query"], rows)
    way = " ".join(
        f"when {{0}} < {sum(s.weight for s in SOURCES[: number + 1])} then {number}"
        for number in range(len(SOURCES))
    )
    con.execute(
        f"""create table truth.journeys as
        with drawn as (
            select ono, shop, pid, mode, is_test, created_at, created_at + interval {READY_HOURS} hour <= clock as is_ready,
                pay = 'cash' or is_b2b as is_offline, chance(ono, 'came', 100) as came,
                chance(ono, 'came first', 100) as came_first, chance(ono, 'visits', 10000) as visits
            from truth.orders)
        select ono, is_offline, is_ready, is_ready and not is_offline and visits % 100 >= {SILENT_PERCENT} as is_known,
            case {way.format("came")} end as last,
            case when visits // 100 < {FIRST_ELSEWHERE_PERCENT} then case {way.format("came_first")} end
                else case {way.format("came")} end end as first,
            case when visits // 100 < {FIRST_ELSEWHERE_PERCENT} then 1 + came_first % 21 else 0 end as days,
            case when mode = 'customer' and not is_test then row_number() over (
                partition by shop, mode, is_test, pid order by created_at, ono) end as nth
        from drawn"""
    )


JOINS = """join truth.journeys as j on j.ono = o.ono
    join truth.sources as js on js.number = j.first join truth.sources as jl on jl.number = j.last"""


def journey() -> str:
    """SQL of ``Order.customerJourneySummary``; needs ``truth.orders as o`` and ``JOINS``."""

    def visit(number: int, way: str, at: str) -> str:
        return f"""struct_pack(
            "id" := gid('CustomerVisit', o.order_id * 10 + {number}), "occurredAt" := iso({at}),
            "landingPage" := 'https://' || o.account || '.example/products' || {way}.query,
            "referrerUrl" := {way}.referrer, "referralCode" := '', "source" := {way}.source,
            "sourceDescription" := 'From ' || {way}.source, "sourceType" := {way}.kind,
            "utmParameters" := case when {way}.utm_source is not null then struct_pack(
                "campaign" := {way}.campaign, "content" := {way}.content, "medium" := {way}.medium,
                "source" := {way}.utm_source, "term" := {way}.term) end)"""

    last_at = "o.created_at - interval 17 minute"
    return f"""case when not j.is_offline then struct_pack(
        "ready" := j.is_ready, "customerOrderIndex" := j.nth,
        "daysToConversion" := case when j.is_known then cast(j.days as bigint) end,
        "firstVisit" := case when j.is_known then {visit(1, "js", f"{last_at} - j.days * interval 1 day")} end,
        "lastVisit" := case when j.is_known then {visit(2, "jl", last_at)} end,
        "momentsCount" := case when j.is_ready then struct_pack(
            "count" := cast(case when j.is_known then 1 + j.days % 5 else 0 end as bigint),
            "precision" := 'EXACT') end) end"""


def discount_codes() -> str:
    """SQL of ``Order.discountCodes``: what was given at the checkout, taken or not."""
    code = "'WELCOME' || o.discount_percent"
    return f"""case when o.order_discount <> 'code' then []
        when o.n_lines > {MANY_LINES} then list_prepend({code},
            list_transform(range(1, 120), lambda n: 'FRIENDS-' || lpad(cast(n as varchar), 3, '0')))
        else [{code}] end"""
