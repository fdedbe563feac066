"""Whether a Shopify connection came whole. What Shopify gives no count of is listed once more, by ids alone."""

from collections.abc import Callable
from typing import Any

from ingestion.errors import IncompleteLoad


def next_cursor(found: dict[str, Any], after: str | None, what: str) -> str:
    """Where the next page begins. Raises ``IncompleteLoad`` when there is no getting further."""
    cursor = found["pageInfo"]["endCursor"]
    if not found["edges"] or cursor is None or cursor == after:
        raise IncompleteLoad(
            f"{what} promises more and gives no further page; nothing was kept, load again"
        )
    return cursor


def check_listed(read: Callable[[str | None], dict[str, Any]], taken: set[str], what: str) -> None:
    """List all ids of a connection, ``read`` giving the page after a cursor; each must be in ``taken``."""
    after, missing = None, set()
    while True:
        found = read(after)
        missing |= {edge["node"]["id"] for edge in found["edges"]} - taken
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = next_cursor(found, after, what)
    if missing:
        raise IncompleteLoad(
            f"{what}: {len(missing)} did not come with their pages; nothing was kept, load again"
        )
