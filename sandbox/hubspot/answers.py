"""Lists, single objects and searches, faults of their pages included; HTTP itself stands in ``server``."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from sandbox.hubspot.errors import invalid
from sandbox.hubspot.limits import LIST_MAXIMUM, Limits
from sandbox.hubspot.search import Search, parse
from sandbox.hubspot.store import Store
from sandbox.world.model import AccountSpec, World

DEFAULT_SIZE = 10
ASSOCIATION_TYPES = {1: "contact_to_company", 279: "contact_to_company_unlabeled"}


class Answers:
    def __init__(self, world: World, account: AccountSpec, limits: Limits) -> None:
        self._con = world.con.cursor()
        self.stores = {
            kind: Store(self._con, kind, account.account) for kind in ("contacts", "companies")
        }
        indexed = world.clock - timedelta(seconds=limits.index_lag_seconds)
        self._indexed = f"{indexed:%Y-%m-%dT%H:%M:%S}.999Z"
        self.now = f"{world.clock:%Y-%m-%dT%H:%M:%S}.000Z"

    def listed(self, kind: str, request: Request) -> dict[str, Any]:
        store, query = self.stores[kind], request.query_params
        size = _size(query.get("limit"))
        after = query.get("after", "0")
        if not after.isdigit():
            raise invalid(f"after {after!r} is no cursor of this list")
        archived = _flag(query.get("archived"))
        fault = getattr(request.state, "fault", None)

        def page(skipped: int) -> list[int]:
            return store.page(archived=archived, after=int(after), skipped=skipped, size=size + 1)

        found = page(size if fault == "missing_page" else 0)
        places, has_more = found[:size], len(found) > size
        rows = store.rows(places)
        last = rows[-1]["id"] if rows else ""
        if fault == "duplicate_page":
            rows = store.rows(page(-size)[:size]) if int(after) else [*rows, *rows]
        if fault == "reordered_page":
            rows = rows[::-1]
        results = [store.shown(row, _properties(query)) for row in rows]
        if "companies" in query.get("associations", "").split(",") and kind == "contacts":
            self._associate(results)
        if not has_more:
            return {"results": results}
        link = urlencode(
            [(k, v) for k, v in query.multi_items() if k != "after"] + [("after", last)]
        )
        where = f"{request.base_url}{request.url.path.lstrip('/')}?{link}"
        return {"results": results, "paging": {"next": {"after": last, "link": where}}}

    def single(self, kind: str, given: str, request: Request) -> dict[str, Any] | None:
        store, query = self.stores[kind], request.query_params
        by = query.get("idProperty")
        row = store.one(given, archived=_flag(query.get("archived")), by=by)
        if row is None:
            return None
        shown = store.shown(row, _properties(query))
        if "companies" in query.get("associations", "").split(",") and kind == "contacts":
            self._associate([shown])
        return shown

    def search(self, kind: str, asked: Any, request: Request) -> dict[str, Any]:
        store, wanted = self.stores[kind], parse(kind, asked)
        fault = getattr(request.state, "fault", None)
        changed = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
        condition = (
            f"_account = ? and not archived and properties.{changed} <= ? and ({wanted.condition})"
        )
        values = [store.account, self._indexed, *wanted.values]
        cursor = self._con.cursor()
        (total,) = cursor.execute(
            f"select count(*) from hubspot.{kind} where {condition}", values
        ).fetchall()[0]

        def rows(first: int) -> list[dict[str, Any]]:
            found = cursor.execute(
                f"""select _seq from hubspot.{kind} where {condition} order by {wanted.order}
                limit {wanted.size} offset {max(0, first)}""",
                values,
            ).fetchall()
            return store.rows([place for (place,) in found])

        first, found = _faulty(fault, wanted, rows)
        results = [store.shown(row, wanted.properties) for row in found]
        answer = {"total": total, "results": results}
        after = first + wanted.size
        if wanted.size and after < total:
            answer["paging"] = {"next": {"after": str(after)}}
        return answer

    def _associate(self, results: list[dict[str, Any]]) -> None:
        found = self.stores["contacts"].companies_of([row["id"] for row in results])
        for row in results:
            ends = [
                {"id": str(end["toObjectId"]), "type": ASSOCIATION_TYPES[kind["typeId"]]}
                for end in found.get(row["id"], [])
                for kind in end["associationTypes"]
                if kind["typeId"] in ASSOCIATION_TYPES
            ]
            if ends:
                row["associations"] = {"companies": {"results": ends}}


def _faulty(fault: str | None, wanted: Search, rows: Any) -> tuple[int, list[dict[str, Any]]]:
    """The page's offset, and the rows that come in its place."""
    if fault == "missing_page":
        first = wanted.first + wanted.size
        return first, rows(first)
    found = rows(wanted.first)
    if fault == "duplicate_page":
        found = rows(wanted.first - wanted.size) if wanted.first else [*found, *found]
    return wanted.first, found[::-1] if fault == "reordered_page" else found


def _properties(query: Any) -> list[str]:
    return [name for given in query.getlist("properties") for name in given.split(",") if name]


def _flag(given: str | None) -> bool:
    return (given or "").lower() == "true"


def _size(given: str | None) -> int:
    if given is None:
        return DEFAULT_SIZE
    if not given.isdigit() or not 1 <= int(given) <= LIST_MAXIMUM:
        raise invalid(f"limit {given!r}: between 1 and {LIST_MAXIMUM}")
    return int(given)
