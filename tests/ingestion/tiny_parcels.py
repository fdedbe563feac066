"""An AfterShip organisation of a few parcels, at a real socket, that can be told to misbehave."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.ingestion.tiny_shop import at_a_socket

PATH = "/tracking/2026-07/trackings"
OPENED = datetime.fromisoformat("2026-06-17T06:00:00+00:00")  # 120 days before the vendor's clock
Mood = Callable[[dict[str, str]], Response | None]


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    return Response(orjson.dumps(body), status, headers, "application/json")


def refusal(status: int, code: int, type_: str, **headers: str) -> Response:
    meta = {"code": code, "type": type_, "message": "no"}
    return answer({"meta": meta, "data": {}}, status, **headers)


def checkpoint(at: str, tag: str = "InTransit", **more: Any) -> dict:
    return {
        "created_at": at,
        "checkpoint_time": at,
        "slug": "dhl",
        "tag": tag,
        "subtag": f"{tag}_001",
        "message": "Moved on",
        "city": "Hamburg",
        "country_region": "DEU",
        "hash": "a1b2c3",
        **more,
    }


def tracking(number: int, updated: str = "2026-10-01T10:00:00+00:00", **more: Any) -> dict:
    return {
        "id": f"{number:032x}",
        "tracking_number": f"0034043{number:013d}",
        "slug": "dhl",
        "tag": "InTransit",
        "subtag": "InTransit_001",
        "order_id": f"nordlicht-de.myshopify.com:{5000 + number}",
        "order_number": f"#{1000 + number}",
        "created_at": "2026-09-01T10:00:00+00:00",
        "updated_at": updated,
        "return_to_sender": False,
        "customers": [{"name": "Ada", "email": "ada@example.de"}],
        "shipment_weight": {"unit": "kg", "value": 0.7},
        "courier_estimated_delivery_date": {"estimated_delivery_date": "2026-09-05"},
        "checkpoints": [checkpoint("2026-09-02T08:00:00+02:00"), checkpoint(updated)],
        **more,
    }


@dataclass
class TinyParcels:
    """``moods`` may answer instead, once each; ``pages`` are faults of the next pages, in order."""

    trackings: list[dict] = field(default_factory=list)
    moods: list[Mood] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[dict[str, str]] = field(default_factory=list)
    base_url: str = ""

    async def serve(self, request: Request) -> Response:
        if request.headers.get("as-api-key") != "asat_tiny":
            return refusal(401, 401, "Unauthorized")
        given = dict(request.query_params)
        if id_ := request.path_params.get("id"):
            found = [each for each in self.trackings if each["id"] == id_]
            self.seen.append({"id": id_})
            return answer({"data": found[0]}) if found else refusal(404, 4004, "NotFound")
        self.seen.append(given)
        for mood in list(self.moods):
            if (response := mood(given)) is not None:
                self.moods.remove(mood)
                return response
        created_from = _time(given.get("created_at_min")) or OPENED
        created_to = _time(given.get("created_at_max"))
        updated = [_time(given.get(f"updated_at_{end}")) for end in ("min", "max")]
        found = [
            each
            for each in self.trackings
            if datetime.fromisoformat(each["created_at"]) >= created_from
            and (created_to is None or datetime.fromisoformat(each["created_at"]) <= created_to)
            and (updated[0] is None or datetime.fromisoformat(each["updated_at"]) >= updated[0])
            and (updated[1] is None or datetime.fromisoformat(each["updated_at"]) <= updated[1])
        ]
        found.sort(key=lambda each: each.get("id", ""))
        # A cursor names the row it stands behind, not a place: rows that leave move nothing.
        after = given.get("cursor")
        begin = sum(each.get("id", "") <= after for each in found) if after else 0
        return self._page(found, int(given["limit"]), begin)

    def _page(self, found: list[dict], size: int, begin: int) -> Response:
        fault = self.pages.pop(0) if self.pages and size > 1 else "none"
        begin += size if fault == "missing" else 0
        end = begin + size
        rows = found[begin:end]
        if fault == "duplicate":
            rows = found[begin - size : begin] if begin else rows * 2
        if fault == "reordered":
            rows = rows[::-1]
        more = end < len(found)
        paging: dict[str, Any] = {"total": len(found), "has_next_page": more}
        paging |= {"next_cursor": found[end - 1].get("id", "0")} if more else {}
        body = {"meta": {"code": 200}, "data": {"pagination": paging, "trackings": rows}}
        response = answer(body)
        response.headers.update({"as-api-version": "2026-07", **self.headers})
        return response


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@contextmanager
def open_parcels(parcels: TinyParcels) -> Iterator[TinyParcels]:
    routes = Route(PATH, parcels.serve), Route(f"{PATH}/{{id}}", parcels.serve)
    with at_a_socket(*routes) as parcels.base_url:
        yield parcels
