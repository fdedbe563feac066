"""A Zendesk account of a few named users and tickets, at a real socket, that can be told to misbehave."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.ingestion.tiny_shop import CLOCK, at_a_socket

Mood = Callable[[str, Mapping[str, str]], Response | None]
SECRET = "admin@nordlicht.example/token:zd-tiny"
ME = "/api/v2/users/me.json"
USERS = "/api/v2/incremental/users/cursor.json"
TICKETS = "/api/v2/incremental/tickets/cursor.json"
MODIFIED = "2026-10-01T10:00:00Z"


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    return Response(orjson.dumps(body), status, headers, "application/json")


def user(number: int, modified: str = MODIFIED, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Person {number}",
        "email": f"p{number}@example.de",
        "role": "end-user",
        "active": True,
        "suspended": False,
        "tags": [],
        "photo": None,
        "user_fields": {"tier": None},
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": modified,
        **fields,
    }


def identity(number: int, user_id: int, value: str, kind: str = "email") -> dict[str, Any]:
    return {"id": number, "user_id": user_id, "type": kind, "value": value, "primary": False}


def ticket(number: int, modified: str = MODIFIED, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "requester_id": 1,
        "status": "open",
        "tags": ["return"],
        "via": {"channel": "email", "source": {"from": {"address": "x@example.de"}}},
        "custom_fields": [{"id": 3600, "value": "#1001"}, {"id": 3601, "value": None}],
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": modified,
        "generated_timestamp": seconds(modified),
        **fields,
    }


def seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).astimezone(UTC).timestamp())


@dataclass
class TinyDesk:
    """``moods`` may answer instead, once each; ``pages`` are faults of the next pages, in order."""

    users: list[dict] = field(default_factory=list)
    identities: list[dict] = field(default_factory=list)
    tickets: list[dict] = field(default_factory=list)
    moods: list[Mood] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    most: int = 1000
    role: str | None = "admin"
    clock: str = CLOCK
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    base_url: str = ""

    def asked(self, path: str) -> list[dict[str, str]]:
        return [given for at, given in self.seen if at == path]

    async def serve(self, request: Request) -> Response:
        path, given = request.url.path, dict(request.query_params)
        self.seen.append((path, given))
        response = self._mood(path, given) or self._answer(request, path, given)
        response.headers["Date"] = self.clock
        response.headers["X-Rate-Limit"] = "700"
        return response

    def _mood(self, path: str, given: dict[str, str]) -> Response | None:
        for mood in list(self.moods):
            if (response := mood(path, given)) is not None:
                self.moods.remove(mood)
                return response
        return None

    def _answer(self, request: Request, path: str, given: dict[str, str]) -> Response:
        token = base64.b64encode(SECRET.encode()).decode()
        is_known = request.headers.get("Authorization") == f"Basic {token}"
        if path == ME:  # who is unknown is told so, not refused
            user_id = 9 if is_known and self.role else None
            return answer({"user": {"id": user_id, "role": self.role or "end-user"}})
        if not is_known:
            return answer({"error": "Couldn't authenticate you"}, 401)
        if self.role != "admin":
            return answer({"error": "Forbidden"}, 403)
        return self._export(path, given)

    def _export(self, path: str, given: dict[str, str]) -> Response:
        kind = "users" if path == USERS else "tickets"
        rows = sorted(getattr(self, kind), key=lambda row: (changed(row), row["id"]))
        if "cursor" in given:
            at, _, number = given["cursor"].partition("-")
            rows = [row for row in rows if (changed(row), row["id"]) > (int(at), int(number))]
        else:
            rows = [row for row in rows if changed(row) >= int(given["start_time"])]
        size = min(int(given["per_page"]), self.most)
        fault = self.pages.pop(0) if self.pages else "none"
        shown, rest = rows[:size], rows[size:]
        if fault == "missing":
            shown, rest = rest[:size], rest[size:]
        if fault == "duplicate":
            shown = shown * 2
        last = shown[-1] if shown else None
        after = f"{changed(last)}-{last['id']}" if last else given.get("cursor")
        body = {kind: shown, "after_cursor": after, "end_of_stream": not rest}
        if given.get("include") == "identities":
            wanted = {row["id"] for row in shown}
            body["identities"] = [one for one in self.identities if one["user_id"] in wanted]
        if fault == "no identities":
            body["identities"] = []
        if fault == "early end":
            body["end_of_stream"] = True
        return answer(body)


def changed(row: dict[str, Any]) -> int:
    return row.get("generated_timestamp") or seconds(row["updated_at"])


@contextmanager
def open_desk(desk: TinyDesk) -> Iterator[TinyDesk]:
    with at_a_socket(Route("/{path:path}", desk.serve), clock=None) as desk.base_url:
        yield desk
