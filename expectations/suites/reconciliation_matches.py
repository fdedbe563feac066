"""``marts.reconciliation_matches``: do links join what is there, and are most of them certain?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.reconciliation_matches"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "both_ends_are_reconciled",
            """
            with rows_known as (select leg, system, account, source_id from marts.reconciliation)
            select batch.leg, batch.account, batch.source_id, batch.matched_account, batch.matched_id
            from batch
            left join rows_known as ours
                on batch.leg = ours.leg and batch.system = ours.system and batch.account = ours.account
                and batch.source_id = ours.source_id
            left join rows_known as theirs
                on batch.leg = theirs.leg and batch.matched_system = theirs.system
                and batch.matched_account = theirs.account and batch.matched_id = theirs.source_id
            where ours.source_id is null or (theirs.source_id is null and batch.key <> 'payout_list')
            """,
            severity="critical",
            expected="a state for both ends of every link",
            notes="A link into nothing makes a row look settled that is not.",
            next_step="see which side's rows were lost: the account's load, or a filter of one side only.",
        ),
        no_rows(
            "most_links_are_certain",
            """
            select leg, account, count(*) filter (where confidence < 0.8) as guessed_count, count(*) as links_count
            from batch
            group by leg, account
            having count(*) >= 50 and count(*) filter (where confidence < 0.8) > 0.2 * count(*)
            """,
            severity="warning",
            expected="an id or an order behind at least 80 % of each account's links",
            notes="By amount and hour alone, two buyers of one offer are easily confused.",
            next_step="look at the newest: which checkout or plugin no longer tells the provider whose payment it is?",
        ),
    ]
