"""``marts.api_usage``: is there enough left of what vendors let us ask?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.api_usage"
OWNER = "data-platform"

_NEWEST = """
    newest as (
        select *
        from batch
        qualify row_number() over (
            partition by system, account, api, period order by checked_at desc, load_id desc) = 1
    )"""


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "no_day_is_nearly_used_up",
            f"""
            with {_NEWEST}
            select system, account, api, used, allowed, forecast
            from newest
            where period = 'day' and used >= 0.8 * allowed
            """,
            severity="warning",
            expected="less than 80 % of a day's budget used when an account was last loaded",
            notes="When it is used up, neither we nor the account's other apps get an answer until midnight.",
            next_step="find who asks so much at the vendor; load less often, or buy more.",
            measure="""
                select coalesce(max(used * 100 // nullif(allowed, 0)), 0) || ' % at most'
                from marts.api_usage where period = 'day'""",
        ),
        no_rows(
            "no_vendor_refused_for_its_limits",
            f"""
            with {_NEWEST}
            select system, account, api, period, throttled_count, requests_count
            from newest
            where throttled_count > 0
            """,
            severity="warning",
            expected="no request refused for a limit that the load kept to",
            notes="Someone else uses the same account, or the vendor's limit is lower than documented.",
            next_step="look for other apps of the account; for Stripe compare endpoint_rate in group.toml.",
            measure="""
                select sum(requests_count) || ' requests counted' from marts.api_usage""",
        ),
    ]
