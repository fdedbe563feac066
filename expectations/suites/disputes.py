"""``marts.disputes``: are disputes answered in time, of known charges, and booked once?"""

from typing import Any

from expectations.definitions import AS_OF
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.disputes"
OWNER = "finance-analytics"

# The provider's words; a new one may mean money.
_STATUSES = """'needs_response', 'under_review', 'won', 'lost', 'prevented',
    'warning_needs_response', 'warning_under_review', 'warning_closed', 'accepted', 'charge_refunded', 'closed'"""


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "disputed_charges_are_known",
            """
            with charges as (
                select system, account, charge_id from intermediate.int_psp_charges__unioned
            )
            select batch.account, batch.dispute_id, batch.charge_id, batch.amount, batch.currency
            from batch
            left join charges
                on batch.system = charges.system and batch.account = charges.account
                and batch.charge_id = charges.charge_id
            where charges.charge_id is null
            """,
            severity="critical",
            expected="the charge of every dispute",
            notes="Without its charge nobody knows what was captured, so what is lost is overstated.",
            next_step="load the account again: its list of charges was not whole.",
        ),
        no_rows(
            "dispute_money_is_in_the_ledger",
            """
            with booked as (
                select account, dispute_id,
                    -sum(gross_amount) filter (where kind = 'dispute') as withdrawn_amount,
                    sum(gross_amount) filter (where kind = 'dispute_reversal') as reinstated_amount
                from marts.payment_ledger where dispute_id is not null group by account, dispute_id, currency
            )
            select
                batch.account, batch.dispute_id, batch.withdrawn_amount, booked.withdrawn_amount as booked,
                batch.reinstated_amount, booked.reinstated_amount as booked_back, batch.settlement_currency
            from batch
            left join booked on batch.account = booked.account and batch.dispute_id = booked.dispute_id
            where batch.withdrawn_amount <> coalesce(booked.withdrawn_amount, 0)
                or batch.reinstated_amount <> coalesce(booked.reinstated_amount, 0)
            """,
            severity="critical",
            expected="what each dispute took and gave back, in the ledger as well",
            notes="The provider says it twice, in the dispute and in the balance; finance reads both.",
            next_step="load the account again; the dispute changed between the two lists.",
            measure="""
                select string_agg(settlement_currency || ' ' || taken || ' withdrawn, ' || back || ' reinstated',
                       '; ' order by settlement_currency)
                from (select settlement_currency, cast(sum(withdrawn_amount) as varchar) as taken,
                             cast(sum(reinstated_amount) as varchar) as back
                      from marts.disputes group by settlement_currency)""",
        ),
        no_rows(
            "inquiries_move_no_money",
            """
            select account, dispute_id, status, withdrawn_amount, settlement_currency
            from batch
            where is_inquiry and (withdrawn_amount <> 0 or lost_amount <> 0)
            """,
            severity="critical",
            expected="0 withdrawn and 0 lost for every inquiry",
            notes="An inquiry that took money has become a dispute, and was lost or must be answered as one.",
            next_step="look its status up at the provider; mend is_inquiry in its staging model.",
        ),
        no_rows(
            "disputes_are_answered_in_time",
            f"""
            select account, dispute_id, reason, amount, currency, due_at
            from batch
            where status in ('needs_response', 'warning_needs_response')
                and due_at between {AS_OF} and {AS_OF} + interval 3 day
            order by due_at
            """,
            severity="warning",
            expected="no dispute that is due within 3 days and still waits for an answer",
            notes="What isn't answered in time is lost, whoever is right.",
            next_step="answer it at the provider, or accept it.",
            owner="payments-team",
        ),
        no_rows(
            "disputes_are_few",
            f"""
            with charged as (
                select account, count(*) as charges_count
                from marts.payment_ledger
                where kind = 'charge' and occurred_at > {AS_OF} - interval 90 day
                group by account
            ),
            disputed as (
                select account, count(*) as disputes_count
                from batch
                where not is_inquiry and opened_at > {AS_OF} - interval 90 day
                group by account
            )
            select disputed.account, disputed.disputes_count, charged.charges_count
            from disputed
            inner join charged on disputed.account = charged.account
            where disputed.disputes_count >= 30 and disputed.disputes_count > 0.01 * charged.charges_count
            """,
            severity="warning",
            expected="disputes on at most 1 % of the last 90 days' charges",
            notes="Above that, card networks fine an account and may close it.",
            next_step="look at the reasons: fraud needs rules at the checkout, goods need the warehouse.",
            owner="payments-team",
        ),
        no_rows(
            "dispute_status_is_known",
            f"""
            select account, status, count(*) as disputes_count
            from batch where status not in ({_STATUSES}) group by account, status
            """,
            severity="warning",
            expected="a status that the provider documents",
            notes="A new status may mean money lost or won that lost_amount doesn't count.",
            next_step="read the provider's changelog, and decide with finance what it means.",
        ),
    ]
