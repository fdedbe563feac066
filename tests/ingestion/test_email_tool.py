"""The e-mail tool's folder: files that grew are read whole, and a file that lost rows is refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ingestion.errors import IncompleteLoad, VendorError
from ingestion.group import Account
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.tiny_shop import at_a_socket

HEADER = (
    "statement_id,stated_at,email,channel,purpose,country,controller,state,origin,method,"
    "wording_version,evidence,recorded_at\n"
)
AUGUST, SEPTEMBER = "2026-08.csv", "2026-09.csv"


def statement(number: int, recorded: str, stated: str | None = None) -> str:
    at = recorded if stated is None else stated
    return (
        f"st_{number},{at},anna@example.org,email,marketing,DE,nordlicht-gmbh,subscribed,person,"
        f"double_opt_in,2026-01,confirmed by link,{recorded}\n"
    )


@dataclass
class Folder:
    """The files by name, and what was asked of them; ``promised`` is what the index adds to a count."""

    files: dict[str, list[str]]
    grown: dict[str, str]
    promised: int = 0
    index: str | None = None
    asked: list[str] = field(default_factory=list)
    base_url: str = ""

    async def give(self, request: Request) -> Response:
        name = request.path_params["name"]
        self.asked.append(name)
        if name == "index.csv":
            rows = [f"{n},{self.grown[n]},{len(f) + self.promised}" for n, f in self.files.items()]
            listed = "\n".join(["name,updated_at,rows_count", *rows])
            return PlainTextResponse(self.index or listed)
        return PlainTextResponse(HEADER + "".join(self.files[name]))


@pytest.fixture
def folder() -> Iterator[Folder]:
    made = Folder(
        {
            AUGUST: [
                statement(1, "2026-08-03T10:00:00Z"),
                statement(2, "2026-08-04T10:00:00Z", ""),
            ],
            SEPTEMBER: [statement(3, "2026-09-03T10:00:00Z")],
        },
        {AUGUST: "2026-08-04T10:00:00Z", SEPTEMBER: "2026-09-03T10:00:00Z"},
    )
    with at_a_socket(Route("/statements/{name}", made.give)) as made.base_url:
        yield made


def account(folder: Folder) -> Account:
    return account_of(folder.base_url, "newsletter", "email_tool")


def test_a_file_that_did_not_grow_is_not_read_again(folder: Folder, warehouse: Warehouse):
    warehouse.load(account(folder))
    folder.files[SEPTEMBER].append(statement(4, "2026-09-05T10:00:00Z"))
    folder.grown[SEPTEMBER] = "2026-09-05T10:00:00Z"
    warehouse.load(account(folder))
    assert folder.asked == ["index.csv", AUGUST, SEPTEMBER, "index.csv", SEPTEMBER]
    assert warehouse.query(
        "select statement_id, any_value(stated_at) from raw_email_tool.statements group by 1 order by 1"
    ) == [
        ("st_1", datetime(2026, 8, 3, 10)),
        ("st_2", None),
        ("st_3", datetime(2026, 9, 3, 10)),
        ("st_4", datetime(2026, 9, 5, 10)),
    ]


def test_a_file_with_fewer_rows_than_promised_is_refused(folder: Folder, warehouse: Warehouse):
    folder.promised = 1
    with pytest.raises(IncompleteLoad, match=r"2026-08.csv has 2 statements, its index promised 3"):
        warehouse.load(account(folder))


def test_a_page_that_is_no_index_is_refused(folder: Folder, warehouse: Warehouse):
    folder.index = "<html>maintenance</html>"
    with pytest.raises(VendorError, match=r"no column name, .*begins '<html>"):
        warehouse.load(account(folder))
