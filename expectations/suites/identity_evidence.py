"""``marts.identity_evidence``: is what links records dated, hashed, and true of the map?"""

from typing import Any

from expectations.key_maps import what_holds_joins
from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.identity_evidence"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        what_holds_joins("customer"),
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
