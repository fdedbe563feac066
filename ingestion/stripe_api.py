"""Stripe's API as lists: newest first, paged by the last id seen, in one version of its shapes.

``Stripe-Version`` is pinned, so an account that is upgraded changes nothing here. Stripe names no end
of life for a version; docs.stripe.com/api-versions says which is current and docs.stripe.com/changelog
what breaks. Within a release (dahlia, endive) nothing does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from ingestion.auth import BearerAuth, secret_of
from ingestion.budget_file import Limit
from ingestion.http import Client
from ingestion.request import Request, naive
from ingestion.rest_listing import AfterLast, Item, Listing
from ingestion.tables import Table

VERSION = "2026-07-29.dahlia"
OVERLAP = timedelta(hours=1)  # read again before a cursor: cheap, and what appears late is seen
MOST = "100"  # Stripe's largest page
# Requests a second (docs.stripe.com/rate-limits): of an account, live or in a test mode, and of each endpoint.
LIVE, TEST, ENDPOINT = 100, 25, 25
TEST_KEYS = ("rk_test_", "sk_test_")
NOTHING = {"limit": "1", "created[lt]": "1"}
PAGER = AfterLast(param="starting_after", more="has_more", size="limit")


@dataclass(frozen=True)
class Stream:
    """One list: its tables, the type of its objects, what a restricted key must be allowed to read."""

    tables: tuple[Table, ...]
    type: str
    scope: str
    lasting: bool = True  # its objects can't be deleted

    @property
    def name(self) -> str:
        return self.tables[0].name

    @property
    def path(self) -> str:
        return f"/v1/{self.name}"


class Stripe(Client):
    """One account's requests. Stripe says nothing of its limits but 429, so we keep to the documented ones."""

    def limits(self, path: str) -> tuple[Limit, ...]:
        endpoint = path.split("/")[2]
        rate = self.account.endpoint_rate or ENDPOINT
        everything = TEST if secret_of(self.account).startswith(TEST_KEYS) else LIVE
        return (
            Limit("account", "requests", "second", everything, 1),
            Limit(endpoint, "requests", "second", min(rate, everything), 1),
        )


def client_of(request: Request) -> Client:
    account = request.account
    return Stripe(account, request.patience, BearerAuth(account), {"Stripe-Version": VERSION})


def check_scopes(client: Client, streams: Iterable[Stream]) -> None:
    """Fail now if the key may not read a list: Stripe tells nobody what a restricted key may do.

    So each permission is tried, on a list of what was created in 1970: empty, but only for who may read it.
    """
    tried = {stream.scope: stream for stream in streams}
    for scope, stream in tried.items():
        client.json(stream.path, NOTHING, scope=f"{scope}: Read")


def clock(client: Client) -> datetime:
    """Stripe's clock at its last answer: what is asked from now on is at least as new as this."""
    return naive(client.vendor_date or datetime.now(UTC))


def listing(
    stream: Stream,
    since: datetime | None,
    reach: datetime | None,
    before: datetime | None = None,
    **only: str,
) -> Listing:
    """A stream since a moment and before another; ``reach``: when a row that must be in it was created."""
    params = {"limit": MOST, **only}
    if since is not None:
        params["created[gte]"] = str(seconds(since))
    if before is not None:
        params["created[lt]"] = str(seconds(before))
    return Listing(
        stream=stream.name,
        path=stream.path,
        items="data",
        pager=PAGER,
        params=params,
        order=created,
        falling=True,
        reach=None if reach is None else seconds(reach),
        scope=f"{stream.scope}: Read",
    )


def line(type_: str, item: Item, added: Mapping[str, object] | None = None) -> bytes:
    """An object as a line for landing, by its type; ``added`` is what landing should know of it."""
    head = orjson.dumps({"__typename": type_, **(added or {})})
    return head[:-1] + b"," + orjson.dumps(item)[1:]


def created(item: Item) -> int | None:
    value = item.get("created")
    return value if type(value) is int else None


def seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


def moment(seconds: int) -> datetime:
    return naive(datetime.fromtimestamp(seconds, UTC))
