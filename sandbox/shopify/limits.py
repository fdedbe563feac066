"""The numbers a client is held to. Defaults are Shopify's own; tests and impatient runs pass others."""

from dataclasses import dataclass

PAGE_MAXIMUM = 250
COUNT_MAXIMUM = 10_000
ORDERS_DAYS = 60  # how far back read_orders alone reaches


@dataclass(frozen=True)
class Limits:
    bucket: float = 2_000
    restore_rate: float = 100  # points a second
    query_maximum: int = 1_000
    token_seconds: float = 86_399
    bulk_running: int = 5
    bulk_connections: int = 5
    bulk_depth: int = 2
    bulk_seconds: float = 0  # what a bulk operation takes at least
    bulk_url_seconds: float = 7 * 86_400
