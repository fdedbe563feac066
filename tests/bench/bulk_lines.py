"""The bytes Shopify sends for the orders of the largest shop: its bulk operation's file."""

import os
from pathlib import Path

from ingestion import group as group_file
from ingestion.group import Account
from ingestion.shopify_api import Shop
from tests.end_to_end.group import ServedGroup


def largest_shop(served: ServedGroup) -> tuple[group_file.Group, Account]:
    """The group that is served, its secrets in this process's environment, and its largest shop."""
    for name, value in group_file.read_env(
        served.file.with_name(served.file.name + ".env")
    ).items():
        os.environ[name] = value
    group = group_file.load(served.file)
    return group, group.accounts_of("shopify")[0]


def bulk_lines(served: ServedGroup, out: Path) -> int:
    """Write the file to ``out``; gives back how many orders it holds."""
    from ingestion.patience import Patience
    from ingestion.shopify_bulk import Operations, Wanted
    from ingestion.sources import shopify

    shop = Shop(largest_shop(served)[1], Patience())
    stream = next(stream for stream in shopify.STREAMS if stream.name == "orders")
    operations = Operations(shop, [Wanted(stream, "", 0)])
    operations.start()
    ((_, state),) = operations.ended()
    if state is None:
        raise SystemExit("bench: the sandbox ran no bulk operation")
    shop.client.download(state["url"], out)
    shop.client.close()
    return int(state["rootObjectCount"])
