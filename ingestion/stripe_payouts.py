"""Which balance transactions a payout is made of: Stripe says so only payout by payout.

It gives them whole, so one that was pending when its list was read lands again as available: no event
tells of that.
"""

from collections.abc import Callable, Iterable
from typing import Any

from ingestion.http import Client
from ingestion.landing import Landing
from ingestion.rest_listing import Item, Listing, at
from ingestion.rest_pages import read
from ingestion.stripe_api import Stream, line, listing

LEFT = {"in_transit", "paid", "failed", "canceled"}  # its entries don't change any more
ENTRY = "payout_entry"


def has_entries(payout: Item) -> bool:
    """Automatic payouts list their entries, once Stripe has found them all; manual ones never do."""
    return (
        payout.get("automatic") is True
        and payout.get("status") in LEFT
        and payout.get("reconciliation_status") != "in_progress"
    )


def add_entries(
    client: Client,
    transactions: Stream,
    payouts: Iterable[Item],
    landing: Landing,
    available: set[str] | None,
) -> int:
    """The entries of each payout; gives back how many there were.

    ``available``: the transactions that this load has shown as such already; None: they aren't wanted.

    A list whose entries add up to the payout is complete as it stands: one request. One that doesn't
    (money moved that no list shows, or a page is wrong) is read until it is proven.
    """
    count = 0

    def note(entry: Item) -> None:
        settled = available is not None and entry.get("status") == "available"
        if settled and entry["id"] not in available:
            landing.add(line(transactions.type, entry))

    def begin() -> Callable[[Item], None]:
        return note

    for payout in payouts:
        asked = listing(transactions, None, None, payout=payout["id"])
        found = _whole(client, asked, payout)
        if found is None:
            walk = read(client, asked, landing, lambda entry, of=payout: _line(of, entry), begin)
            count += walk.count
            continue
        for entry in found:
            landing.add(_line(payout, entry))
            note(entry)
        count += len(found)
    return count


def _whole(client: Client, asked: Listing, payout: Item) -> list[Item] | None:
    """The entries, if one page holds them all: no doubt then, their money is the payout's."""
    answer = client.json(asked.path, asked.params, scope=asked.scope)
    found = at(answer, asked.items)
    if not isinstance(found, list) or not found or answer.get("has_more"):
        return None
    own = payout.get("balance_transaction")
    entries = {entry["id"]: entry.get("net") for entry in found}
    moved = [net for id_, net in entries.items() if id_ != own]
    adds_up = len(entries) == len(found) and _sum(moved) == payout.get("amount")
    return found if adds_up else None


def _sum(amounts: list[Any]) -> int | None:
    return sum(amounts) if all(type(amount) is int for amount in amounts) else None


def _line(payout: Item, entry: Item) -> bytes:
    return line(ENTRY, {"payout_id": payout["id"], "id": entry["id"]})
