"""The bytes Shopify sends for the orders of the largest shop: its bulk operation's file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingestion import group as group_file
from ingestion.group import Account
from ingestion.shopify_api import Shop
from tests.end_to_end.group import ServedGroup


@contextmanager
def largest_shop(served: ServedGroup) -> Iterator[tuple[group_file.Group, Account]]:
    """The group that is served and its largest shop; meanwhile its secrets are this process's."""
    before = dict(os.environ)
    os.environ.update(group_file.read_env(served.file.with_name(f"{served.file.name}.env")))
    try:
        group = group_file.load(served.file)
        yield group, group.accounts_of("shopify")[0]
    finally:
        os.environ.clear()
        os.environ.update(before)


def bulk_lines(served: ServedGroup, out: Path) -> int:
    """Write the file to ``out``; gives back how many orders it holds."""
    from ingestion.patience import Patience
    from ingestion.shopify_bulk import Operations, Wanted
    from ingestion.sources import shopify

    with largest_shop(served) as (_, account):
        shop = Shop(account, Patience())
        stream = next(stream for stream in shopify.STREAMS if stream.name == "orders")
        operations = Operations(shop, [Wanted(stream, "", 0)])
        operations.start()
        ((_, state),) = operations.ended()
        if state is None:
            raise SystemExit("bench: the sandbox ran no bulk operation")
        shop.client.download(state["url"], out)
        shop.client.close()
    return int(state["rootObjectCount"])
