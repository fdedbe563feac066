"""``marts.identity_proposals``: do the weights add up, and does nobody merge by them alone?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.identity_proposals"
OWNER = "data-steward"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "the_waterfall_adds_up",
            """
            select proposal_id, match_weight
            from batch
            where match_weight <> prior_weight + first_name_weight + last_name_weight + email_weight
                + phone_weight + address_weight + country_weight
            """,
            severity="critical",
            expected="match_weight as the sum of its parts",
            notes="A steward decides by the parts; parts that don't add up argue for something else.",
            next_step="compare analysis/proposals_model.py with the mart: was a comparison added to one only?",
        ),
        no_rows(
            "a_rejected_pair_is_not_one_customer",
            """
            select proposal_id, customer_key from batch
            where status = 'rejected' and customer_key = linked_customer_key
            """,
            severity="warning",
            expected="two customers wherever a steward said that the two records are two people",
            notes="A reviewed decision outranks every rule; where it doesn't, spend and consent mix.",
            next_step="concord identity explain one of the two: which path joins them past the decision?",
        ),
        no_rows(
            "a_steward_looks_at_them",
            """
            select batch.status, count(*) as proposals_count, min(batch.proposed_at) as oldest_at
            from batch
            cross join raw_group.run_context as context
            where batch.status = 'open' and batch.match_probability >= 0.99
                and batch.proposed_at < context.as_of - interval 30 day
            group by batch.status
            having count(*) > 50
            """,
            severity="warning",
            expected="at most 50 nearly certain pairs that nobody has decided for 30 days",
            notes="Each is a customer counted twice: half an LTV, half a segment, two mails.",
            next_step="concord identity proposals --csv FILE, fill in decision and reason, concord identity decide FILE.",
            measure="""
                select coalesce(string_agg(said, ', ' order by said), 'none') from (
                    select status || ' ' || count(*) as said from marts.identity_proposals group by status)""",
        ),
    ]
