"""A HubSpot account of a few named records, at a real socket, that can be told to misbehave."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingestion.hubspot_api import SEARCHES
from tests.ingestion.tiny_shop import at_a_socket

Mood = Callable[[str, dict[str, Any]], Response | None]
NOWHERE = "crm.associations.NO_ASSOCIATIONS_FOUND"
TOKEN_INFO = "/oauth/v2/private-apps/get/access-token-info"
SCOPES = ["crm.objects.companies.read", "crm.objects.contacts.read"]
MANY_SEARCHES = replace(
    SEARCHES, allowed=1000
)  # for who isn't here to wait for HubSpot's five a second
BATCH_READ = "/crm/v4/associations/contacts/companies/batch/read"


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    return Response(orjson.dumps(body), status, headers, "application/json")


def cut(body: Any = None) -> Response:
    """Half a body under its full length, then the connection ends; of no body, none of it."""
    whole = orjson.dumps(body)
    short = Response(whole[: len(whole) // 2] if body else b"")
    short.headers["content-length"] = str(len(whole))
    return short


def refusal(status: int, **more: Any) -> Response:
    return answer({"status": "error", "message": "no", "correlationId": "c-1", **more}, status)


def contact(number: int, modified: str = "2026-10-01T10:00:00.000Z", **properties: Any) -> dict:
    return {
        "id": str(number),
        "properties": {
            "hs_object_id": str(number),
            "email": f"person-{number}@example.de",
            "createdate": "2026-01-01T00:00:00.000Z",
            "lastmodifieddate": modified,
            **properties,
        },
        "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": modified,
        "archived": False,
    }


def company(number: int, modified: str = "2026-10-01T10:00:00.000Z", **properties: Any) -> dict:
    """A company, whose updated time HubSpot keeps under another name than a contact's."""
    made = contact(number, modified, name=f"Company {number}", hs_lastmodifieddate=modified)
    del made["properties"]["lastmodifieddate"], made["properties"]["email"]
    return made | {"properties": made["properties"] | properties}


def archived(record: dict, at: str) -> dict:
    """The record as the recycle bin shows it."""
    changed = record["properties"] | {
        name: at for name in record["properties"] if name.endswith("lastmodifieddate")
    }
    return record | {"archived": True, "archivedAt": at, "updatedAt": at, "properties": changed}


@dataclass
class TinyCrm:
    """``moods`` may answer instead, once each; ``pages`` are faults of the next pages, in order.

    ``members``: contact -> company -> the labels of their association. ``unindexed``: ids the search
    doesn't know yet. ``left``: requests left today. ``scopes``: what the token may.
    """

    contacts: list[dict] = field(default_factory=list)
    companies: list[dict] = field(default_factory=list)
    members: dict[str, dict[str, list[str | None]]] = field(default_factory=dict)
    moods: list[Mood] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    unindexed: set[str] = field(default_factory=set)
    most_found: int = 10_000
    most_members: int = 500
    left: int | None = None
    seen: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    base_url: str = ""
    scopes: list[str] = field(default_factory=lambda: ["oauth", *SCOPES])

    def asked(self, path: str) -> list[dict[str, Any]]:
        return [given for at, given in self.seen if at == path]

    async def serve(self, request: Request) -> Response:
        if request.headers.get("Authorization") != "Bearer pat-eu1-tiny":
            return refusal(401, category="INVALID_AUTHENTICATION")
        path, body = request.url.path, await request.body()
        given = orjson.loads(body) if body else dict(request.query_params)
        self.seen.append((path, given))
        for mood in list(self.moods):
            if (response := mood(path, given)) is not None:
                self.moods.remove(mood)
                return response
        response = self._answer(path, given)
        if self.left is not None and not path.endswith("/search"):
            self.left -= 1
            response.headers["X-HubSpot-RateLimit-Daily"] = "650000"
            response.headers["X-HubSpot-RateLimit-Daily-Remaining"] = str(self.left)
        return response

    def _answer(self, path: str, given: dict[str, Any]) -> Response:
        if path == TOKEN_INFO:
            return answer({"userId": 1, "hubId": 2, "appId": 3, "scopes": self.scopes})
        if path == BATCH_READ:
            return self._companies(given["inputs"])
        kind, _, action = path.removeprefix("/crm/v3/objects/").partition("/")
        records: list[dict] = getattr(self, kind)
        if action == "search":
            return self._search(records, given)
        if action == "batch/read":
            return self._batch(records, [one["id"] for one in given["inputs"]])
        wanted = given.get("archived", "false") == "true"
        found = [r for r in records if r.get("archived", False) == wanted]
        return answer(self._page(found, given, given["properties"].split(",")))

    def _batch(self, records: list[dict], ids: list[str]) -> Response:
        """Records by their ids; of a merged one the winner."""
        found = {}
        for record in (r for r in records if not r["archived"]):
            merged = (record["properties"].get("hs_merged_object_ids") or "").split(";")
            found |= dict.fromkeys([record["id"], *merged], record)
        missing = [id_ for id_ in ids if id_ not in found]
        errors = [{"category": "OBJECT_NOT_FOUND", "context": {"ids": missing}}] if missing else []
        body = {"status": "COMPLETE", "results": [found[id_] for id_ in ids if id_ in found]}
        return answer(body | {"errors": errors}, 207 if errors else 200)

    def _search(self, records: list[dict], given: dict[str, Any]) -> Response:
        if int(given.get("after", 0)) + given["limit"] > self.most_found:
            return refusal(400, category="VALIDATION_ERROR")
        found = [r for r in records if not r["archived"] and r.get("id") not in self.unindexed]
        for group in given["filterGroups"]:
            (between,) = group["filters"]
            assert between["operator"] == "BETWEEN"
            begin, end = int(between["value"]), int(between["highValue"])
            name = between["propertyName"]
            found = [r for r in found if begin <= milliseconds(r["properties"][name]) <= end]
        page = self._page(found, given, given["properties"])
        return answer({"total": len(found), **page})

    def _page(self, found: list[dict], given: dict[str, Any], named: list[str]) -> dict[str, Any]:
        size, begin = int(given["limit"]), int(given.get("after", 0))
        is_count = size == 1 and not named  # of a search: not a page of what we read
        fault = self.pages.pop(0) if self.pages and not is_count else "none"
        begin += size if fault == "missing" else 0
        end = begin + size
        rows = [projected(record, named) for record in found[begin:end]]
        if fault == "duplicate":
            before = found[begin - size : begin] if begin else found[:end] * 2
            rows = [projected(record, named) for record in before]
        if fault == "reordered":
            rows.reverse()
        following = {"next": {"after": str(end), "link": "https://api.hubapi.com/"}}
        return {"results": rows} | ({"paging": following} if end < len(found) else {})

    def _companies(self, inputs: list[dict[str, str]]) -> Response:
        results, errors = [], []
        for one in inputs:
            begin = int(one.get("after", 0))
            end = begin + self.most_members
            of_one = list(self.members.get(one["id"], {}).items())
            if not of_one:
                context = {"fromObjectId": [one["id"]], "fromObjectType": ["contact"]}
                errors.append({"status": "error", "subCategory": NOWHERE, "context": context})
                continue
            to = [
                {
                    "toObjectId": int(to),
                    "associationTypes": [
                        {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": label}
                        for label in labels
                    ],
                }
                for to, labels in of_one[begin:end]
            ]
            more = {"paging": {"next": {"after": str(end)}}} if end < len(of_one) else {}
            results.append({"from": {"id": one["id"]}, "to": to, **more})
        body = {"status": "COMPLETE", "results": results}
        return answer(body | {"numErrors": len(errors), "errors": errors}, 207 if errors else 200)


def projected(record: dict, named: list[str]) -> dict:
    """HubSpot gives the properties it was asked for, null where there is none, and a few of its own."""
    if not isinstance(record.get("properties"), dict):
        return record
    given = record["properties"]
    always = ["createdate", "hs_object_id", *(n for n in given if n.endswith("lastmodifieddate"))]
    kept = {name: given.get(name) for name in dict.fromkeys([*always, *named])}
    return record | {"properties": kept | given.get("_unasked", {})}


def milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


@contextmanager
def open_crm(crm: TinyCrm) -> Iterator[TinyCrm]:
    with at_a_socket(Route("/{path:path}", crm.serve, methods=["GET", "POST"])) as crm.base_url:
        yield crm
