"""The orders that events touched, asked for by their ids and landed as the pull lands them.

A worker's patience: a vendor that doesn't answer is asked again in a later round, never waited for.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ingestion.budget import FILE, Budget
from ingestion.group import Account
from ingestion.patience import Patience
from ingestion.request import Request, naive
from ingestion.shopify_api import Shop
from ingestion.shopify_by_id import fetch
from ingestion.sources import shopify

STREAM = next(stream for stream in shopify.STREAMS if stream.name == "orders")
PATIENCE = Patience(attempts=3, first=0.3, longest=2.0, timeout=20.0)


@dataclass
class Answer:
    """What one shop gave. ``poor``: orders of which a row couldn't be landed, so none of theirs is here."""

    landed: list[tuple[str, pa.Table]] = field(default_factory=list)
    poor: list[str] = field(default_factory=list)
    heard_at: datetime | None = None


def ask(
    account: Account,
    orders: Sequence[str],
    folder: Path,
    workdir: Path,
    patience: Patience = PATIENCE,
) -> Answer:
    """Orders by their global ids, as they are now. One Shopify doesn't know brings nothing.

    ``workdir`` holds the account's budget, which loads share. Raises ``LoadError`` when the shop can't be read; nothing is kept then.
    """
    answer, folder = Answer(), folder / account.account
    budget = Budget(account, workdir / FILE)
    patience = replace(patience, budget=budget)
    shop = Shop(account, patience)
    try:
        _ask(shop, Request(account, folder, {}, patience), orders, answer)
        if shop.client.vendor_date:
            answer.heard_at = naive(shop.client.vendor_date)
    finally:
        shop.client.close()
        budget.close()
        shutil.rmtree(folder, ignore_errors=True)
    return answer


def _ask(shop: Shop, request: Request, orders: Sequence[str], answer: Answer) -> None:
    landed = list(fetch(shop, request, [STREAM], {STREAM.name: orders}))
    shutil.rmtree(request.folder, ignore_errors=True)
    if not any(name == "dead_letters" for name, _ in landed):
        answer.landed += landed
    elif len(orders) == 1:
        answer.poor += orders
    else:
        # An order that lacks a row would show wrong money: find it, and let the others through.
        half = len(orders) // 2
        _ask(shop, request, orders[:half], answer)
        _ask(shop, request, orders[half:], answer)
