"""``marts.company_evidence``: is what links companies' records true of the map?"""

from typing import Any

from expectations.key_maps import what_holds_joins
from expectations.rules import no_direct_identifier

RELATION = "marts.company_evidence"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [no_direct_identifier(RELATION), what_holds_joins("company")]
