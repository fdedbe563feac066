"""Incremental exports by cursor and by time; HTTP stands in ``server``.

An export goes by when a row changed and then by id; its cursor names the last row seen (``1576613539.0||467``,
in base64), so a row that changes again comes again. By time, a page ends with all rows of its last second,
and the next one begins with those once more.

Source: developer.zendesk.com, Incremental Exports; Using the Incremental Export API; side-loading.
"""

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from sandbox.world.model import AccountSpec, World
from sandbox.zendesk.errors import invalid
from sandbox.zendesk.limits import AT_REST_SECONDS, EXPORT_MAXIMUM
from sandbox.zendesk.pages import Store, faulty, size_of

CHANGED = {
    "users": "cast(epoch(cast(updated_at as timestamp)) as bigint)",
    "tickets": "generated_timestamp",
}
IDENTITIES = "identities"


@dataclass(frozen=True)
class Index:
    """Rows of an export in its order: when each changed, its id, and its place."""

    keys: list[tuple[int, int]]
    places: list[int]


class Exports:
    def __init__(self, world: World, account: AccountSpec) -> None:
        self._store = Store(world, account)
        self.now = int(world.clock.astimezone(UTC).timestamp())
        self._indexes = {kind: self._index(kind) for kind in CHANGED}

    def _index(self, kind: str) -> Index:
        found = self._store.rows(
            f"""select {CHANGED[kind]} as changed_at, id, _seq from zendesk.{kind} where _account = ?
            order by 1, 2""",
            [self._store.account],
        )
        keys = [(row["changed_at"], row["id"]) for row in found]
        return Index(keys, [row["_seq"] for row in found])

    def by_cursor(self, kind: str, query: QueryParams, url: str, fault: str | None) -> Any:
        index, size = self._indexes[kind], size_of(query, EXPORT_MAXIMUM)
        if query.get("cursor"):
            first = bisect_right(index.keys, _moment(query["cursor"]))
        else:
            first = bisect_left(index.keys, (self._start(query), 0))
        last = self._at_rest(index)
        begun = first
        if fault == "missing_page":
            first = min(last, first + size)
        places = range(first, min(last, first + size))
        shown = faulty(fault, places, size, begun)
        answer = self._shown(kind, [index.places[place] for place in shown], query)
        at = index.keys[places[-1]] if places else index.keys[first - 1] if first else (0, 0)
        after = _cursor(*at) if places or first else query.get("cursor")
        before = _cursor(*index.keys[places[0]]) if places else None

        def link(cursor: str | None) -> str | None:
            kept = [(k, v) for k, v in query.multi_items() if k not in ("cursor", "start_time")]
            return f"{url}?{urlencode([*kept, ('cursor', cursor)])}" if cursor else None

        return answer | {
            "after_cursor": after,
            "after_url": link(after),
            "before_cursor": before,
            "before_url": link(before),
            "end_of_stream": first + size >= last,
        }

    def by_time(self, kind: str, query: QueryParams, url: str, fault: str | None) -> Any:
        index, size = self._indexes[kind], size_of(query, EXPORT_MAXIMUM)
        start = self._start(query)
        first, last = bisect_left(index.keys, (start, 0)), self._at_rest(index)
        begun = first
        if fault == "missing_page":
            first = min(last, first + size)
        end = min(last, first + size)
        # The next page starts with this one's last second once more, so that has to be a later one.
        while 0 < end < last and index.keys[end - 1][0] in (index.keys[end][0], start):
            end += 1
        shown = faulty(fault, range(first, end), size, begun)
        answer = self._shown(kind, [index.places[place] for place in shown], query)
        ended = index.keys[end - 1][0] if end > first else start
        kept = [(k, v) for k, v in query.multi_items() if k != "start_time"]
        return answer | {
            "count": len(shown),
            "end_of_stream": end >= last,
            "end_time": ended,
            "next_page": f"{url}?{urlencode([*kept, ('start_time', ended)])}",
        }

    def _start(self, query: QueryParams) -> int:
        given = query.get("start_time", "")
        if not given.isdigit():
            raise invalid("Missing or invalid parameter: start_time")
        if int(given) > self.now - AT_REST_SECONDS:
            raise invalid("Too recent start_time. Use a start_time older than 60 seconds", 422)
        return int(given)

    def _at_rest(self, index: Index) -> int:
        return bisect_left(index.keys, (self.now - AT_REST_SECONDS, 0))

    def _shown(self, kind: str, places: Sequence[int], query: QueryParams) -> dict[str, Any]:
        rows = {
            row.pop("_seq"): row
            for row in self._store.rows(
                f"""select * exclude (_account) from zendesk.{kind}
                where _account = ? and _seq in (select unnest(cast(? as bigint[])))""",
                [self._store.account, list(places)],
            )
        }
        listed = [rows[place] for place in places]
        answer: dict[str, Any] = {kind: listed}
        if kind == "users" and IDENTITIES in query.get("include", "").split(","):
            answer[IDENTITIES] = self._store.rows(
                """select * exclude (_account, _seq) from zendesk.user_identities
                where user_id in (select unnest(cast(? as bigint[]))) order by user_id, id""",
                [[row["id"] for row in listed]],
            )
        return answer


def _cursor(at: int, given: int) -> str:
    return base64.b64encode(f"{at}.0||{given}".encode()).decode()


def _moment(cursor: str) -> tuple[int, int]:
    try:
        at, _, given = base64.b64decode(cursor, validate=True).decode().partition("||")
        return int(float(at)), int(given)
    except (binascii.Error, ValueError):
        raise invalid("Invalid cursor") from None
