"""``marts.payouts``: do payouts arrive, and do they hold what they list?"""

from typing import Any

from expectations.definitions import AS_OF
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.payouts"
OWNER = "finance-analytics"

# The provider's words for a payout's way.
_STATUSES = "'paid', 'pending', 'scheduled', 'in_transit', 'action_required', 'canceled', 'failed'"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "what_no_list_shows_is_small",
            """
            select
                account, currency, sum(abs(residual_amount)) as residual_amount,
                sum(abs(amount)) as amount, count(*) filter (where residual_amount <> 0) as payouts_count
            from batch
            where has_entry_list
            group by account, currency
            having sum(abs(residual_amount)) > 0.01 * sum(abs(amount))
            """,
            severity="warning",
            expected="residuals of at most 1 % of what an account pays out",
            notes=(
                "Card readers' fees, instant payouts and loans are in no list of entries; much more than"
                " these is a list that was cut short."
            ),
            next_step="take the largest residual and compare the payout with the provider's own report.",
            measure="""
                select string_agg(account || ' ' || currency || ' ' || cast(residual as varchar), ', ' order by account)
                       || ' unlisted'
                from (select account, currency, coalesce(sum(residual_amount), 0) as residual
                      from marts.payouts group by account, currency)""",
        ),
        no_rows(
            "payouts_made_by_schedule_list_their_entries",
            f"""
            select account, payout_id, status, amount, currency, created_at
            from batch
            where is_automatic and not has_entry_list and status in ('paid', 'in_transit')
                and created_at < {AS_OF} - interval 3 day
            order by created_at
            """,
            severity="critical",
            expected="entries for every automatic payout that is on its way",
            notes="Without its entries a payout can't be tied to charges, and hides what is missing.",
            next_step="load the account again; the provider lists them by balance_transactions?payout=<id>.",
        ),
        no_rows(
            "payouts_have_their_entry_in_the_ledger",
            """
            with booked as (
                select account, payout_id, -sum(net_amount) as amount, currency
                from marts.payment_ledger where kind = 'payout' group by account, payout_id, currency
            )
            select batch.account, batch.payout_id, batch.balance_amount, booked.amount as booked_amount,
                batch.balance_currency
            from batch
            left join booked
                on batch.account = booked.account and batch.payout_id = booked.payout_id
                and batch.balance_currency = booked.currency
            where batch.balance_amount is distinct from booked.amount
            """,
            severity="critical",
            expected="the same amount out of the balance as to the bank, for every payout",
            notes="A balance that doesn't fall when money leaves it never ties to the bank.",
            next_step="look the payout's own balance transaction up; a load may have been cut between them.",
        ),
        no_rows(
            "payouts_arrive",
            f"""
            select account, payout_id, status, amount, currency, arrived_date
            from batch
            where status in ('pending', 'in_transit') and arrived_date < cast({AS_OF} as date) - 5
            order by arrived_date
            """,
            severity="warning",
            expected="paid or failed within 5 days of the day it should arrive",
            notes="Money that is neither with the provider nor at the bank.",
            next_step="ask the bank; if it arrived, events of the payout were missed: load the account again.",
        ),
        no_rows(
            "failed_payouts_are_few",
            f"""
            select account, count(*) as failed_count, sum(amount) as amount, currency, max(failure_code) as for_example
            from batch
            where status = 'failed' and created_at > {AS_OF} - interval 14 day
            group by account, currency
            having count(*) >= 2
            """,
            severity="warning",
            expected="at most one failed payout of an account in 14 days",
            notes="One is an accident; two are a closed or changed bank account, and payouts stop.",
            next_step="check the bank account in the provider's dashboard.",
        ),
        no_rows(
            "payout_status_is_known",
            f"""
            select account, status, count(*) as payouts_count
            from batch where status not in ({_STATUSES}) group by account, status
            """,
            severity="warning",
            expected="a status that the provider documents",
            notes="A new status may mean money that came back.",
            next_step="read the provider's changelog, and decide with finance what it means.",
        ),
    ]
