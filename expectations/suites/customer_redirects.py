"""``marts.customer_redirects``: does every dead key lead to a living customer?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.customer_redirects"
OWNER = "customer-analytics"

_PATHS = """
    with recursive paths(from_customer_key, at_key, steps) as (
        select from_customer_key, to_customer_key, 1 from marts.customer_redirects
        union
        select paths.from_customer_key, redirects.to_customer_key, paths.steps + 1
        from paths
        inner join marts.customer_redirects as redirects on paths.at_key = redirects.from_customer_key
        where paths.steps < 100
    )"""


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "redirects_lead_to_living_keys",
            """
            with living as (select distinct customer_key from marts.id_map where is_current),
            dead as (select distinct from_customer_key from batch)
            select batch.from_customer_key, batch.to_customer_key
            from batch
            left join living on batch.to_customer_key = living.customer_key
            left join dead on batch.to_customer_key = dead.from_customer_key
            where living.customer_key is null and dead.from_customer_key is null
            """,
            severity="critical",
            expected="every redirect ends at a customer of id_map",
            notes="Whoever kept the old key, a CRM or an audience, must find the customer again.",
            next_step="find the key in raw_identity.customer_keys and see where its records went.",
            measure="select count(*) || ' redirects' from marts.customer_redirects",
        ),
        no_rows(
            "redirects_do_not_run_in_circles",
            f"""
            select from_customer_key, min(steps) as steps
            from ({_PATHS} select * from paths) as walked
            where at_key = from_customer_key
            group by from_customer_key
            union all
            select from_customer_key, null as steps from batch where from_customer_key = to_customer_key
            """,
            severity="critical",
            expected="no key that leads back to itself",
            notes="A reader who follows redirects would never arrive.",
            next_step="see the two keys' rows in raw_identity.redirects: the older key must survive.",
        ),
    ]
