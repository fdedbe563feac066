"""What lists and exports share: an account's rows as JSON, the size of a page, a page that goes wrong."""

from typing import Any

import orjson
from starlette.datastructures import QueryParams

from sandbox.world.model import AccountSpec, World
from sandbox.zendesk.errors import invalid


class Store:
    """One account's rows of a world."""

    def __init__(self, world: World, account: AccountSpec) -> None:
        self._con = world.con.cursor()
        self.account = account.account

    def rows(self, query: str, values: list[Any]) -> list[dict[str, Any]]:
        cursor = self._con.cursor()
        found = cursor.execute(f"select to_json(t) from ({query}) as t", values).fetchall()
        return [orjson.loads(text) for (text,) in found]


def faulty(fault: str | None, places: range, size: int, begun: int) -> list[int]:
    """The places that come in a page's place."""
    found = list(places)
    if fault == "duplicate_page":
        return list(range(max(0, begun - size), begun)) if begun else [*found, *found]
    return found[::-1] if fault == "reordered_page" else found


def size_of(query: QueryParams, most: int) -> int:
    given = query.get("per_page")
    if given is None:
        return most
    if not given.isdigit() or int(given) < 1:
        raise invalid("Invalid parameter: per_page must be a positive integer")
    return min(int(given), most)
