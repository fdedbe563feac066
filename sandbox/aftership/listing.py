"""The list of trackings: filters, pages by cursor, the newest first.

The order isn't documented; the documented example of a cursor is ``[milliseconds, id]``, so it is that
of creation. Source: aftership.com/docs/tracking, get-trackings.
"""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Any

import duckdb
import orjson
from starlette.datastructures import QueryParams

from sandbox.aftership.errors import invalid
from sandbox.aftership.filters import Filters, filters, text, whole
from sandbox.aftership.limits import PAGE_DEFAULT, PAGE_MAXIMUM, Limits
from sandbox.world.carrier_shape import COLUMNS

OBJECT = "to_json(struct_pack(" + ", ".join(f"{name} := {name}" for name in COLUMNS) + "))"


class Trackings:
    """One account's trackings; totals are kept, since a world stands still."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, account: str, clock: datetime, limits: Limits
    ) -> None:
        self._con = con
        self._account = account
        self._clock = clock
        oldest = clock - timedelta(days=limits.stored_days) if limits.stored_days else None
        self._stored = text(oldest) if oldest else ""
        self._totals: dict[Filters, int] = {}

    def one(self, tracking_id: str) -> dict[str, Any] | None:
        found = self._query(
            f"select {OBJECT} from aftership.trackings where _account = ? and id = ? and created_at >= ?",
            [self._account, tracking_id, self._stored],
        )
        return orjson.loads(found[0][0]) if found else None

    def page(self, query: QueryParams, fault: str | None) -> dict[str, Any]:
        wanted = filters(query, self._account, self._stored, self._clock)
        size = whole(query, "limit", PAGE_DEFAULT)
        if not 1 <= size <= PAGE_MAXIMUM:
            raise invalid("limit")
        after = self._place(query["cursor"]) if query.get("cursor") else 0
        if fault == "missing_page":
            skipped = self._rows(wanted, f"_seq > {after}", size)
            after = skipped[-1][0] if skipped else after
        rows = self._rows(wanted, f"_seq > {after}", size + 1)
        has_more, rows = len(rows) > size, rows[:size]
        pagination = {
            "total": self._total(wanted),
            "next_cursor": _cursor(rows[-1][1]) if has_more else None,
            "has_next_page": has_more,
        }
        if fault == "duplicate_page":
            before = self._rows(wanted, f"_seq <= {after}", size, backward=True)
            rows = before if after else [*rows, *rows]
        if fault == "reordered_page":
            rows = rows[::-1]
        trackings = [_shown(row, query.get("fields")) for _, row in rows]
        return {"pagination": pagination, "trackings": trackings}

    def _rows(
        self, wanted: Filters, where: str, size: int, *, backward: bool = False
    ) -> list[tuple[int, dict[str, Any]]]:
        order = "desc" if backward else "asc"
        found = self._query(
            f"""select _seq, {OBJECT} from aftership.trackings
            where {where} and {wanted.condition} order by _seq {order} limit {size}""",
            list(wanted.values),
        )
        rows = [(place, orjson.loads(row)) for place, row in found]
        return rows[::-1] if backward else rows

    def _total(self, wanted: Filters) -> int:
        if wanted not in self._totals:
            self._totals[wanted] = self._query(
                f"select count(*) from aftership.trackings where {wanted.condition}",
                list(wanted.values),
            )[0][0]
        return self._totals[wanted]

    def _place(self, cursor: str) -> int:
        try:
            _, tracking_id = orjson.loads(base64.b64decode(cursor, validate=True))
        except (binascii.Error, orjson.JSONDecodeError, TypeError, ValueError):
            raise invalid("cursor") from None
        found = self._query(
            "select _seq from aftership.trackings where _account = ? and id = ?",
            [self._account, str(tracking_id)],
        )
        if not found:
            raise invalid("cursor")
        return found[0][0]

    def _query(self, sql: str, values: list[Any]) -> list[Any]:
        return self._con.cursor().execute(sql, values).fetchall()


def _shown(row: dict[str, Any], fields: str | None) -> dict[str, Any]:
    if not fields:
        return row
    wanted = {"id", *fields.split(",")}
    return {name: value for name, value in row.items() if name in wanted}


def _cursor(row: dict[str, Any]) -> str:
    milliseconds = int(datetime.fromisoformat(row["created_at"]).timestamp() * 1000)
    return base64.b64encode(orjson.dumps([milliseconds, row["id"]])).decode()
