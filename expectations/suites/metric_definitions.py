"""``marts.metric_definitions``: does every definition stand as it was signed?"""

from typing import Any

from expectations.definitions import AS_OF
from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.metric_definitions"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "signatures_hold",
            "select metric, version, owner, fingerprint from batch where approval_status = 'lapsed'",
            severity="warning",
            expected="no definition changed since it was signed",
            notes="A formula that moved after the signature is one that nobody agreed to.",
            next_step="raise the version, or sign the new fingerprint in models/marts/_metrics.yml.",
        ),
        no_rows(
            "definitions_are_in_force",
            f"select metric, version, effective_from from batch where effective_from > cast({AS_OF} as date)",
            severity="critical",
            expected="every definition effective by as_of",
            notes="Next quarter's definition must not restate this one's figures.",
            next_step="keep the version in force in the file until the new one's day has come.",
        ),
    ]
