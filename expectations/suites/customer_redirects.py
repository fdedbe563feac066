"""``marts.customer_redirects``: does every dead key lead to a living customer?"""

from typing import Any

from expectations.key_maps import redirects_lead_to_living_keys
from expectations.rules import no_direct_identifier

RELATION = "marts.customer_redirects"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [no_direct_identifier(RELATION), redirects_lead_to_living_keys("customer")]
