"""Incremental exports by cursor and by time, deleted users, a user's identities; HTTP stands in ``server``.

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

import orjson
from starlette.datastructures import QueryParams

from sandbox.world.model import AccountSpec, World
from sandbox.zendesk.errors import invalid, not_found
from sandbox.zendesk.limits import AT_REST_SECONDS, EXPORT_MAXIMUM, LIST_MAXIMUM

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
        self._con = world.con.cursor()
        self._account = account.account
        self.now = int(world.clock.astimezone(UTC).timestamp())
        self._indexes = {kind: self._index(kind) for kind in CHANGED}

    def _index(self, kind: str) -> Index:
        found = self._con.execute(
            f"select {CHANGED[kind]}, id, _seq from zendesk.{kind} where _account = ? order by 1, 2",
            [self._account],
        ).fetchall()
        return Index([(at, given) for at, given, _ in found], [place for _, _, place in found])

    def by_cursor(self, kind: str, query: QueryParams, url: str, fault: str | None) -> Any:
        index, size = self._indexes[kind], _size(query, EXPORT_MAXIMUM)
        if query.get("cursor"):
            first = bisect_right(index.keys, _moment(query["cursor"]))
        else:
            first = bisect_left(index.keys, (self._start(query), 0))
        last = self._at_rest(index)
        begun = first
        if fault == "missing_page":
            first = min(last, first + size)
        places = range(first, min(last, first + size))
        shown = _faulty(fault, places, size, begun)
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
        index, size = self._indexes[kind], _size(query, EXPORT_MAXIMUM)
        start = self._start(query)
        first, last = bisect_left(index.keys, (start, 0)), self._at_rest(index)
        begun = first
        if fault == "missing_page":
            first = min(last, first + size)
        end = min(last, first + size)
        # The next page starts with this one's last second once more, so that has to be a later one.
        while 0 < end < last and index.keys[end - 1][0] in (index.keys[end][0], start):
            end += 1
        shown = _faulty(fault, range(first, end), size, begun)
        answer = self._shown(kind, [index.places[place] for place in shown], query)
        ended = index.keys[end - 1][0] if end > first else start
        kept = [(k, v) for k, v in query.multi_items() if k != "start_time"]
        return answer | {
            "count": len(shown),
            "end_of_stream": end >= last,
            "end_time": ended,
            "next_page": f"{url}?{urlencode([*kept, ('start_time', ended)])}",
        }

    def deleted_users(self, query: QueryParams, url: str, fault: str | None) -> Any:
        """Offset pages of at most 100."""
        size = _size(query, LIST_MAXIMUM)
        page = max(1, int(query["page"])) if query.get("page", "").isdigit() else 1
        page += fault == "missing_page"
        found = self._rows(
            """select id, url, name, email, created_at, updated_at, time_zone, phone, shared_phone_number, photo,
                locale_id, locale, organization_id, role, active
            from zendesk.users where _account = ? and not active order by id""",
            [self._account],
        )
        first = (page - 1) * size
        shown = _faulty(fault, range(first, min(len(found), first + size)), size, first)

        def link(number: int) -> str:
            kept = [(k, v) for k, v in query.multi_items() if k != "page"]
            return f"{url}?{urlencode([*kept, ('page', number)])}"

        return {
            "deleted_users": [found[place] for place in shown],
            "count": len(found),
            "next_page": link(page + 1) if first + size < len(found) else None,
            "previous_page": link(page - 1) if page > 1 else None,
        }

    def identities(self, given: str) -> Any:
        listed = self._rows(
            "select * exclude (_account, _seq) from zendesk.user_identities where user_id = ? order by id",
            [int(given) if given.isdigit() else 0],
        )
        if not listed and self.user(given) is None:
            raise not_found()
        return {
            "identities": listed,
            "count": len(listed),
            "next_page": None,
            "previous_page": None,
        }

    def user(self, given: str) -> Any:
        """A user, inactive ones too."""
        found = self._rows(
            "select * exclude (_account, _seq) from zendesk.users where _account = ? and id = ?",
            [self._account, int(given) if given.isdigit() else 0],
        )
        return found[0] if found else None

    def of_address(self, email: str) -> Any:
        found = self._rows(
            "select * exclude (_account, _seq) from zendesk.users where _account = ? and email = ?",
            [self._account, email],
        )
        return found[0] if found else None

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
            for row in self._rows(
                f"""select * exclude (_account) from zendesk.{kind}
                where _account = ? and _seq in (select unnest(cast(? as bigint[])))""",
                [self._account, list(places)],
            )
        }
        listed = [rows[place] for place in places]
        answer: dict[str, Any] = {kind: listed}
        if kind == "users" and IDENTITIES in query.get("include", "").split(","):
            answer[IDENTITIES] = self._rows(
                """select * exclude (_account, _seq) from zendesk.user_identities
                where user_id in (select unnest(cast(? as bigint[]))) order by user_id, id""",
                [[row["id"] for row in listed]],
            )
        return answer

    def _rows(self, query: str, values: list[Any]) -> list[dict[str, Any]]:
        cursor = self._con.cursor()
        found = cursor.execute(f"select to_json(t) from ({query}) as t", values).fetchall()
        return [orjson.loads(text) for (text,) in found]


def _faulty(fault: str | None, places: range, size: int, begun: int) -> list[int]:
    """The places that come in a page's place."""
    found = list(places)
    if fault == "duplicate_page":
        return list(range(max(0, begun - size), begun)) if begun else [*found, *found]
    return found[::-1] if fault == "reordered_page" else found


def _size(query: QueryParams, most: int) -> int:
    given = query.get("per_page")
    if given is None:
        return most
    if not given.isdigit() or int(given) < 1:
        raise invalid("Invalid parameter: per_page must be a positive integer")
    return min(int(given), most)


def _cursor(at: int, given: int) -> str:
    return base64.b64encode(f"{at}.0||{given}".encode()).decode()


def _moment(cursor: str) -> tuple[int, int]:
    try:
        at, _, given = base64.b64decode(cursor, validate=True).decode().partition("||")
        return int(float(at)), int(given)
    except (binascii.Error, ValueError):
        raise invalid("Invalid cursor") from None
