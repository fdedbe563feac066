"""PayPal's balances and transactions: windows of 31 days, halved until each fits into one question.

PayPal publishes up to three hours late and says how far it has come (``last_refreshed_datetime``): the cursor
never passes that. A transaction that was pending changes later: from the oldest of them is read again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import orjson
import pyarrow as pa

from ingestion.currencies import in_currency
from ingestion.errors import IncompleteLoad, while_reading
from ingestion.landing import Landing
from ingestion.paypal_api import PayPal, TooLarge
from ingestion.request import Completeness, Request, naive, now
from ingestion.rest_listing import Doubt, Item, Listing, Walk, at, rows
from ingestion.rest_pages import read
from ingestion.tables import Table

PATH = "/v1/reporting/transactions"
ITEMS = "transaction_details"
BALANCES = "/v1/reporting/balances"
SCOPE = "Transaction Search"
OVERLAP = timedelta(days=3)
LONGEST = timedelta(days=31)
SHORTEST = timedelta(minutes=1)  # a window that can't be halved any more
KEPT = timedelta(days=3 * 365)  # PayPal lists the previous three years
PENDING = "P"
Tables = Iterator[tuple[str, pa.Table]]


@dataclass
class PageNumbers:
    """Pages by number; each answer says how many rows and pages there are, and how new they may be."""

    param: str = "page"
    refreshed: datetime | None = None

    def walk(self, ask: Callable[[Mapping[str, str]], Item], walk: Walk, listing: Listing) -> None:
        page, pages = 0, 1
        while page < pages:
            page += 1
            answer = ask({self.param: str(page)})
            promised, pages = answer.get("total_items"), answer.get("total_pages")
            if not isinstance(promised, int) or not isinstance(pages, int):
                raise Doubt("an answer without total_items and total_pages")
            if walk.promised not in (None, promised):
                raise Doubt(f"{walk.promised} rows became {promised} between two pages")
            walk.promised = promised
            if said := answer.get("last_refreshed_datetime"):
                self.refreshed = naive(datetime.fromisoformat(said))
            for item in rows(answer, listing):
                walk.take(item)


def balances(request: Request, client: PayPal, table: Table) -> Tables:
    """What stands in each currency now, as far as PayPal has counted."""
    with while_reading(table.name):
        answer = client.json(BALANCES, {"currency_code": "ALL"}, scope=SCOPE)
    landing = Landing(request.account, table.name, (table,), now(), request.folder / table.name)
    listed = answer.get("balances") or []
    for balance in listed:
        landing.add(orjson.dumps({**balance, "as_of_time": answer.get("as_of_time")}) + b"\n")
    yield from landing.tables()
    until = naive(client.vendor_date or datetime.now(UTC))
    request.completeness.append(
        Completeness(table.name, None, until, len(listed), landing.landed, "object")
    )


def transactions(request: Request, client: PayPal, table: Table) -> Tables:
    """Every movement of a balance since the cursor, or since the oldest that was pending."""
    name, account = table.name, request.account
    until = naive(client.vendor_date or datetime.now(UTC)).replace(microsecond=0)
    since = request.since(name, OVERLAP)
    begin = since or until - KEPT
    if since is None and account.history_from:
        begin = max(begin, datetime.combine(account.history_from, time()))
    if pending := request.cursors.get(f"{name}.pending"):
        begin = min(begin, datetime.fromisoformat(pending))
    landing = Landing(account, name, (table,), now(), request.folder / name)
    reading = _Reading(client, landing)
    with while_reading(name):
        while begin < until and (reading.refreshed is None or begin < reading.refreshed):
            end = min(begin + LONGEST, until)
            reading.window(begin, end)
            begin = end
    yield from landing.tables()
    request.prove(landing, reading.promised, since, until)
    request.advance(name, reading.refreshed, until)
    request.cursors.pop(f"{name}.pending", None)
    if reading.pending:
        request.cursors[f"{name}.pending"] = min(reading.pending).isoformat()


class _Reading:
    """Windows read one after another; ``refreshed``: up to when PayPal has published, as it last said."""

    def __init__(self, client: PayPal, landing: Landing) -> None:
        self.client, self.landing, self.pages = client, landing, PageNumbers()
        self.promised = 0
        self.pending: list[datetime] = []

    @property
    def refreshed(self) -> datetime | None:
        return self.pages.refreshed

    def window(self, begin: datetime, end: datetime) -> None:
        """All from ``begin`` on and before ``end``; in halves, if that is too much at once."""
        mark = self.landing.mark()
        params = {
            "start_date": _said(begin),
            "end_date": _said(end - timedelta(seconds=1)),
            "fields": "transaction_info,payer_info",
            "balance_affecting_records_only": "Y",
            "page_size": "500",
        }
        name = self.landing.stream
        listing = Listing(name, PATH, ITEMS, self.pages, params, key=_key, scope=SCOPE)
        found: list[datetime] = []

        def note(item: Item) -> None:
            started = at(item, "transaction_info.transaction_initiation_date")
            if at(item, "transaction_info.transaction_status") == PENDING and started:
                found.append(naive(datetime.fromisoformat(started)))

        def anew() -> Callable[[Item], None]:
            found.clear()
            return note

        try:
            walk = read(self.client, listing, self.landing, _line, anew)
        except TooLarge:
            self.landing.rewind(mark)
            self._halves(begin, end)
            return
        self.promised += walk.promised or 0
        self.pending += found

    def _halves(self, begin: datetime, end: datetime) -> None:
        if end - begin <= SHORTEST:
            raise IncompleteLoad(
                f"{self.landing.where}: PayPal refuses even {begin} to {end} as too much; nothing was"
                " kept, ask PayPal's support to raise the limit"
            )
        middle = (begin + (end - begin) / 2).replace(microsecond=0)
        self.window(begin, middle)
        self.window(middle, end)


def _line(item: Item) -> bytes:
    """The transaction, with amounts that its currency can have."""
    info = item.get("transaction_info") or {}
    for name in ("transaction_amount", "fee_amount"):
        if amount := info.get(name):
            amount["value"] = in_currency(amount.get("value"), amount.get("currency_code"))
    return orjson.dumps(item) + b"\n"


def _key(item: Item) -> str:
    info = item.get("transaction_info") or {}
    return f"{info.get('transaction_id')} {info.get('transaction_event_code')}"


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
