"""``marts.consent_ledger``: is what people said of marketing whole, hashed, and never made wider by us?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.consent_ledger"
OWNER = "privacy-office"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "every_address_is_hashed",
            """
            select system, account, channel, count(*) as statements_count
            from batch
            where length(address_hash) <> 64
            group by system, account, channel
            """,
            severity="critical",
            expected="a keyed hash of 64 digits on every statement",
            notes="Two addresses without a hash are one to whoever reads this: one's no is lost in the other's yes.",
            next_step="see that the step address_hashes ran with CONCORD_HASH_KEY; run again.",
        ),
        no_rows(
            "every_system_is_heard",
            """
            select speakers.system, speakers.account
            from (
                select system, account from marts.accounts where system = 'email_tool'
                union
                select system, account from marts_pii.customer_contacts
                where system = 'shopify' and source_id not like 'order:%'
                    and coalesce(email, phone) is not null
            ) as speakers
            left join batch on speakers.system = batch.system and speakers.account = batch.account
            where batch.account is null
            """,
            severity="critical",
            expected="a statement from every shop whose customers have an address, and every e-mail tool",
            notes="A source that fell silent has withdrawals that nobody sees, and people are written to.",
            next_step="load the account again; see load_completeness for what it promised.",
            measure="""
                select string_agg(said, ', ' order by said) from (
                    select state || ' ' || count(*) as said from marts.consent_ledger group by state)""",
        ),
        no_rows(
            "few_opt_ins_are_without_a_date",
            """
            select system, account, count(*) as undated_count
            from batch
            where state = 'granted'
            group by system, account
            having count(*) filter (effect in ('undated', 'not_by_the_person')) > 0.5 * count(*)
                and count(*) >= 10
            """,
            severity="warning",
            expected="at most half of a source's opt-ins undated or imported",
            notes="They count as no. Where most are so, the list was bought or the export lost its dates.",
            next_step="ask the source's owner how the list came about; a dated opt-in by the person restores it.",
        ),
    ]
