"""``marts.identity_evidence``: is what links records dated, hashed, and true of the map?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.identity_evidence"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "what_holds_joins",
            """
            with current_ids as (select * from marts.id_map where is_current)
            select batch.system, batch.account, batch.source_id, batch.rule, batch.evidence
            from batch
            inner join current_ids as one
                on batch.system = one.system
                and batch.account = one.account
                and batch.source_id = one.source_id
            inner join current_ids as other
                on batch.linked_system = other.system
                and batch.linked_account = other.account
                and batch.linked_source_id = other.source_id
            where batch.valid_to is null and one.customer_key <> other.customer_key
            """,
            severity="critical",
            expected="both records of an open statement under one key",
            notes="The path that explains a customer would lead to another one.",
            next_step="run again; if it stays, compare raw_identity.edges with id_map.",
        ),
        no_rows(
            "evidence_of_identifiers_is_hashed",
            """
            select system, account, rule, count(*) as rows_count from batch
            where (rule in ('email', 'phone') and length(evidence) <> 64) or evidence like '%@%'
            group by system, account, rule
            """,
            severity="critical",
            expected="a keyed hash of 64 digits for addresses and numbers",
            notes="Evidence lets a steward check a link; it must never let a reader find an address.",
            next_step="see that CONCORD_HASH_KEY was set when identity ran.",
            owner="privacy-office",
        ),
    ]
