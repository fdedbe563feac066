"""``marts.reconciliation``: is what is open believable, and is it somebody's?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.reconciliation"
OWNER = "finance-analytics"

# Settled, on its way, or nothing to settle.
_QUIET = "state in ('matched', 'not_expected', 'timing')"
_LEAST = 50  # rows below which a share says nothing


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "hardly_anything_is_unknown",
            """
            select leg, side, account, count(*) filter (where state = 'unknown') as unknown_count,
                count(*) as rows_count, currency, max(reason) as for_example
            from batch
            group by leg, side, account, currency
            having count(*) filter (where state = 'unknown') > greatest(2, 0.01 * count(*))
            """,
            severity="critical",
            expected="at most 1 % of an account's rows, or two, in a state that we have no word for",
            notes="Unknown is where money hides: nobody owns it, and it ages unseen.",
            next_step="a new gateway belongs into seeds/payment_gateways.csv; else read what the vendor says of the row.",
        ),
        no_rows(
            "most_of_an_account_finds_its_partner",
            f"""
            select leg, side, account, count(*) as rows_count,
                count(*) filter (where not {_QUIET}) as open_count, mode(state) as mostly
            from batch
            group by leg, side, account
            having count(*) >= {_LEAST} and count(*) filter (where not {_QUIET}) > 0.5 * count(*)
            """,
            severity="critical",
            expected="a partner for at least half the rows of each account",
            notes="Thousands of missing payments are a load that was cut short, not thousands of thefts.",
            next_step="see load_completeness of the accounts on both sides of the leg; load them again.",
            measure="""
                select cast(count(*) filter (where state = 'matched') as varchar) || ' matched, '
                       || cast(count(*) filter (where state = 'timing') as varchar) || ' on their way, '
                       || cast(count(*) filter (where state not in ('matched', 'not_expected', 'timing')) as varchar)
                       || ' open of ' || cast(count(*) as varchar)
                from marts.reconciliation""",
        ),
        no_rows(
            "nothing_was_captured_twice_lately",
            """
            select account, source_id, amount, currency, age_days, owner
            from batch
            where state = 'duplicate_capture' and side = 'psp' and age_days <= 30
            order by age_days
            """,
            severity="warning",
            expected="no capture of the last 30 days that took an order's money a second time",
            notes="The buyer sees it on a card statement first, and the next step is a dispute with its fee.",
            next_step="concord reconcile explain <entry>; give it back at the provider that took it second.",
            owner="payments-team",
        ),
        no_rows(
            "payouts_reach_the_bank",
            """
            select account, source_id, state, amount, currency, age_days, owner
            from batch
            where leg = 'payout_bank' and side = 'payout' and state in ('missing_at_bank', 'payout_failed')
                and age_days between 6 and 45
            order by age_days
            """,
            severity="warning",
            expected="every payout of the last weeks at the bank",
            notes="Money that is neither with the provider nor at the bank; after weeks nobody can trace it.",
            next_step="concord reconcile explain <payout>; ask the provider for the bank's trace of it.",
            owner="treasury-team",
        ),
    ]
