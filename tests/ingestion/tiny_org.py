"""A Salesforce org of a few named records, at a real socket, that can be told to misbehave.

It understands the few shapes of SOQL that the source writes, no more.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.ingestion.tiny_shop import CLOCK, at_a_socket

Mood = Callable[[str, str], Response | None]
DATA = "/services/data/v62.0"
SECRET = "3MVG9-tiny:s3cret"
CREATED = "2026-01-01T00:00:00.000+0000"
MODIFIED = "2026-10-01T10:00:00.000+0000"


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    return Response(orjson.dumps(body), status, headers, "application/json")


def refusal(status: int, code: str, message: str = "no") -> Response:
    return answer([{"message": message, "errorCode": code}], status)


def record(kind: str, number: int, modified: str = MODIFIED, **fields: Any) -> dict[str, Any]:
    prefix = {"Contact": "003", "Lead": "00Q", "Account": "001"}[kind]
    return {
        "Id": f"{prefix}5g{number:010d}AAA",
        "IsDeleted": False,
        "MasterRecordId": None,
        "CreatedDate": CREATED,
        "LastModifiedDate": modified,
        "SystemModstamp": modified,
        **fields,
    }


def contact(number: int, modified: str = MODIFIED, **fields: Any) -> dict[str, Any]:
    return record("Contact", number, modified, **{"Email": f"p{number}@example.de"} | fields)


@dataclass
class TinyOrg:
    """``moods`` may answer instead, once each; ``pages`` are faults of the next pages, in order."""

    contacts: list[dict] = field(default_factory=list)
    leads: list[dict] = field(default_factory=list)
    accounts: list[dict] = field(default_factory=list)
    emptied: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # by object: id, when
    hidden: set[str] = field(default_factory=set)  # fields the user may not read
    moods: list[Mood] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    size: int = 2000
    used: int = 10
    allowed: int = 15_000
    scope: str = "api"
    sessions: int = 0
    clock: str = CLOCK
    seen: list[tuple[str, str]] = field(default_factory=list)
    queries: list[tuple[str, list[dict]]] = field(default_factory=list)
    base_url: str = ""

    def asked(self, path: str) -> list[str]:
        return [given for at, given in self.seen if at.startswith(path)]

    async def serve(self, request: Request) -> Response:
        path, body = request.url.path, await request.body()
        if path == "/services/oauth2/token":
            return self._token(body.decode())
        given = request.query_params.get("q") or body.decode() or request.url.query
        self.seen.append((path, given))
        if request.headers.get("Authorization") != f"Bearer session-{self.sessions}":
            return refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")
        response = self._mood(path, given) or self._answer(request, path, given)
        self.used += 1
        response.headers["Date"] = self.clock
        response.headers["Sforce-Limit-Info"] = f"api-usage={self.used}/{self.allowed}"
        return response

    def _mood(self, path: str, given: str) -> Response | None:
        for mood in list(self.moods):
            if (response := mood(path, given)) is not None:
                self.moods.remove(mood)
                return response
        return None

    def _token(self, body: str) -> Response:
        if "client_id=3MVG9-tiny&client_secret=s3cret" not in body:
            return answer({"error": "invalid_client"}, 400)
        self.sessions += 1
        return answer({"access_token": f"session-{self.sessions}", "scope": self.scope})

    def _answer(self, request: Request, path: str, given: str) -> Response:
        rest = path.removeprefix(DATA)
        if rest == "/queryAll":
            return self._query(given)
        if rest.startswith("/query/"):
            number, _, begin = rest.removeprefix("/query/").partition("-")
            return self._page(int(number), int(begin))
        if rest.startswith("/sobjects/"):
            begin, end = (self._moment(request.query_params[name]) for name in ("start", "end"))
            gone = [
                {"id": id_, "deletedDate": at}
                for id_, at in self.emptied.get(rest.split("/")[2], [])
                if begin <= self._moment(at) < end
            ]
            return answer({"deletedRecords": gone, "latestDateCovered": "2026-10-15"})
        if rest == "/jobs/query":
            query = orjson.loads(given)["query"]
            self.queries.append((query, self._found(query)))
            return answer({"id": str(len(self.queries) - 1), "state": "UploadComplete"})
        number = int(rest.split("/")[3])
        if rest.endswith("/results"):
            return self._set(number, request.query_params)
        rows = self.queries[number][1]
        return answer(
            {"id": str(number), "state": "JobComplete", "numberRecordsProcessed": len(rows)}
        )

    def _query(self, soql: str) -> Response:
        named = re.match(r"SELECT (.*) FROM (\w+)", soql)
        assert named
        for name in named[1].split(", "):
            if f"{named[2]}.{name}" in self.hidden:
                said = f"No such column '{name}' on entity '{named[2]}'."
                return refusal(400, "INVALID_FIELD", said)
        found = self._found(soql)
        if named[1] == "COUNT()":
            return answer({"totalSize": len(found), "done": True, "records": []})
        self.queries.append((soql, found))
        return self._page(len(self.queries) - 1, 0)

    def _found(self, soql: str) -> list[dict]:
        kind = soql.partition(" FROM ")[2].split()[0]
        rows = {"Contact": self.contacts, "Lead": self.leads, "Account": self.accounts}[kind]
        for name, operator, value in re.findall(r"(\w+) (>=|<) (\S+Z)", soql):
            bound = self._moment(value)
            rows = [row for row in rows if (self._moment(row[name]) >= bound) == (operator == ">=")]
        if " WHERE Id IN " in soql:
            rows = [row for row in rows if f"'{row['Id']}'" in soql]
        return rows[:1] if soql.endswith(" LIMIT 1") else rows

    def _page(self, number: int, begin: int) -> Response:
        soql, found = self.queries[number]
        names = soql.partition(" FROM ")[0].removeprefix("SELECT ").split(", ")
        is_check = soql.endswith(" LIMIT 1")
        fault = self.pages.pop(0) if self.pages and not is_check else "none"
        begin += self.size if fault == "missing" else 0
        rows = found[begin : begin + self.size]
        if fault == "duplicate":
            rows = found[max(0, begin - self.size) : begin] if begin else rows * 2
        records = [
            {"attributes": {"type": "X", "url": "/"}, **{name: row.get(name) for name in names}}
            for row in rows
        ]
        body: dict[str, Any] = {"totalSize": len(found), "done": True, "records": records}
        if begin + self.size < len(found):
            following = f"{DATA}/query/{number}-{begin + self.size}"
            body |= {"done": False, "nextRecordsUrl": following}
        return answer(body)

    def _set(self, number: int, given: Any) -> Response:
        soql, found = self.queries[number]
        names = soql.partition(" FROM ")[0].removeprefix("SELECT ").split(", ")
        begin = int(given.get("locator", 0))
        fault = self.pages.pop(0) if self.pages else "none"
        begin += self.size if fault == "missing" else 0
        rows, out = found[begin : begin + self.size], io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(names)
        for row in rows:
            writer.writerow([as_csv(row.get(name)) for name in names])
        more = begin + self.size < len(found)
        headers = {
            "Sforce-NumberOfRecords": str(len(rows)),
            "Sforce-Locator": str(begin + self.size) if more else "null",
        }
        return Response(out.getvalue(), 200, headers, "text/csv")

    @staticmethod
    def _moment(text: str) -> datetime:
        return datetime.fromisoformat(text).astimezone(UTC)


def as_csv(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else re.sub(r"\+0000$", "Z", str(value))


@contextmanager
def open_org(org: TinyOrg) -> Iterator[TinyOrg]:
    route = Route("/{path:path}", org.serve, methods=["GET", "POST"])
    with at_a_socket(route, clock=None) as org.base_url:
        yield org
