"""``marts.psp_balances``: does the ledger explain each balance that a payment provider states?"""

from typing import Any

from expectations.definitions import AS_OF
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.psp_balances"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "balances_tie_day_by_day",
            """
            select account, currency, statement, statement_id, balance_date, opening_amount, entries_net_amount,
                residual_amount, closing_amount, difference_amount
            from batch
            where difference_amount <> 0
            order by balance_date
            """,
            severity="critical",
            expected="opening + entries = closing for every statement of every account and currency",
            notes=(
                "The provider's balance is the one figure that knows of an entry that we never loaded, or"
                " loaded twice."
            ),
            next_step="load the account again from the day before: concord backfill, or its missing report.",
            measure="""
                select string_agg(account || ' ' || currency || ' ' || statements || ' statements', ', '
                       order by account, currency)
                from (select account, currency, cast(count(*) as varchar) as statements
                      from marts.psp_balances group by account, currency)""",
        ),
        no_rows(
            "a_day_opens_as_the_one_before_closed",
            """
            with followed as (
                select *, lag(closing_amount) over (
                    partition by account, currency order by balance_date, statement_id) as closed_amount
                from batch where statement = 'settlement_report'
            )
            select account, currency, statement_id, closed_amount, opening_amount from followed
            where closed_amount <> opening_amount
            """,
            severity="critical",
            expected="the closing balance of each settlement report as the opening one of the next",
            notes="Between the two a report is missing, and with it a day of payments.",
            next_step="ask the provider for the report of the days between, and load the account again.",
        ),
        no_rows(
            "balances_are_still_stated",
            f"""
            with stated as (
                select system, account, max(balance_date) as balance_date from batch group by system, account
            ),
            moved as (
                select system, account, max(occurred_date) as occurred_date, min(occurred_date) as first_date
                from marts.payment_ledger
                where system in ('adyen', 'paypal') and occurred_at <= {AS_OF} group by system, account
            )
            select moved.account, moved.occurred_date, stated.balance_date
            from moved
            left join stated on moved.system = stated.system and moved.account = stated.account
            where moved.occurred_date > coalesce(stated.balance_date, moved.first_date) + 21
            """,
            severity="warning",
            expected="a balance stated within three weeks of an account's last entry",
            notes="Without the provider's own figure nothing shows what was never loaded.",
            next_step="look whether the provider still makes the report; its schedule may have been switched off.",
        ),
    ]
