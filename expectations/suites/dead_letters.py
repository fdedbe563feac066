"""``marts.dead_letters``: how much did landing refuse, and what is it worth?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.dead_letters"
OWNER = "data-platform"

# One row in a hundred is a changed format, not a typing mistake.
_LIMIT = "0.01"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "nothing_was_refused",
            """
            select
                account, stream, reason, count(*) as letters_count,
                coalesce(sum(amount), 0) as amount, coalesce(currency, 'no currency') as currency
            from batch
            where status = 'open'
            group by account, stream, reason, currency
            order by letters_count desc, account, stream, reason
            """,
            severity="warning",
            expected="no open dead letter",
            notes="What landing refused is in no mart; its amount is missing from every total.",
            next_step="correct it at the vendor and it lands by itself; else: concord dead-letters list.",
        ),
        no_rows(
            "few_were_refused",
            f"""
            with refused as (
                select system, account, count(*) as letters_count from batch where status = 'open'
                group by all
            ),
            landed as (
                select system, account, sum(landed) as landed_count
                from marts.load_completeness group by system, account
            )
            select refused.account, refused.letters_count, coalesce(landed.landed_count, 0) as landed_count
            from refused
            left join landed on refused.system = landed.system and refused.account = landed.account
            where refused.letters_count
                > {_LIMIT} * (coalesce(landed.landed_count, 0) + refused.letters_count)
                and refused.letters_count > 10
            """,
            severity="critical",
            expected="at most 1 % of what an account sent",
            notes="So many at once mean that the vendor changed a format, not that someone mistyped.",
            next_step="read the reasons; adjust the table's columns in ingestion/sources and load again.",
            measure="select count(*) || ' open dead letters' from marts.dead_letters where status = 'open'",
        ),
    ]
