"""Rate files: typed, bounded by history, re-read a little back, refused when they aren't what they say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingestion.errors import IncompleteLoad, VendorError
from ingestion.group import Account
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.tiny_shop import at_a_socket

ECB_HEADER = "KEY,FREQ,CURRENCY,CURRENCY_DENOM,TIME_PERIOD,OBS_VALUE,OBS_STATUS,TITLE\n"
TREASURY_HEADER = "rate_date,from_currency,to_currency,kind,rate,version,status,author,approved_by,approved_at,updated_at\n"


@dataclass
class RateFile:
    """One file at an address; ``asked`` keeps the parameters and the token it was asked with."""

    content: str
    asked: list[dict[str, str]] = field(default_factory=list)
    base_url: str = ""

    async def give(self, request: Request) -> Response:
        token = request.headers.get("Authorization", "")
        self.asked.append(dict(request.query_params) | {"token": token})
        return Response(self.content, media_type="text/csv")


@contextmanager
def served(path: str, content: str) -> Iterator[RateFile]:
    file = RateFile(content)
    with at_a_socket(Route(path, file.give)) as file.base_url:
        yield file


@pytest.fixture
def ecb() -> Iterator[RateFile]:
    rows = "EXR.D.USD,D,USD,EUR,2026-10-13,1.0837,A,Dollar\nEXR.D.JPY,D,JPY,EUR,2026-10-14,161.02,A,Yen\n"
    with served("/service/data/EXR/D..EUR.SP00.A", ECB_HEADER + rows) as file:
        yield file


@pytest.fixture
def treasury() -> Iterator[RateFile]:
    rows = (
        "2026-10-13,USD,EUR,transaction,0.92,1,approved,treasury-desk,group-treasurer,2026-10-13T17:00:00Z,2026-10-13T17:00:00Z\n"
        "2026-10-13,USD,EUR,transaction,0.93,2,approved,treasury-desk,group-treasurer,2026-10-14T09:00:00Z,2026-10-14T09:00:00Z\n"
        "2026-10-14,AED,EUR,transaction,0.2512345678,1,provisional,,,,2026-10-14T09:00:00Z\n"
    )
    with served("/rates.csv", TREASURY_HEADER + rows) as file:
        yield file


def account(file: RateFile, system: str) -> Account:
    return replace(account_of(file.base_url, system, system), history_from=date(2026, 10, 1))


def test_euro_rates_are_typed_and_asked_for_from_where_we_stopped(
    ecb: RateFile, warehouse: Warehouse
):
    warehouse.load(account(ecb, "ecb"))
    warehouse.load(account(ecb, "ecb"))
    assert [asked["startPeriod"] for asked in ecb.asked] == ["2026-10-01", "2026-10-04"]
    assert {asked["format"] for asked in ecb.asked} == {"csvdata"}
    assert warehouse.query(
        "select distinct currency, currency_denom, time_period, obs_value, _extra"
        " from raw_ecb.exchange_rates order by 1"
    ) == [
        ("JPY", "EUR", date(2026, 10, 14), Decimal("161.0200000000"), None),
        ("USD", "EUR", date(2026, 10, 13), Decimal("1.0837000000"), None),
    ]


def test_a_rate_file_without_a_rate_is_no_answer(ecb: RateFile, warehouse: Warehouse):
    ecb.content = ECB_HEADER
    with pytest.raises(IncompleteLoad, match="ecb ecb: no rates since 2026-10-01"):
        warehouse.load(account(ecb, "ecb"))


def test_a_page_that_is_no_rate_file_is_refused_by_its_header(ecb: RateFile, warehouse: Warehouse):
    ecb.content = "<html>maintenance</html>"
    with pytest.raises(VendorError, match=r"no column CURRENCY, .*begins '<html>"):
        warehouse.load(account(ecb, "ecb"))


def test_treasurys_rates_keep_every_version(treasury: RateFile, warehouse: Warehouse):
    warehouse.load(account(treasury, "treasury"))
    warehouse.load(account(treasury, "treasury"))
    assert [asked["updated_since"] for asked in treasury.asked] == [
        "2026-10-01T00:00:00Z",
        "2026-10-13T09:00:00Z",
    ]
    assert treasury.asked[0]["token"] == "Bearer shpat_static"
    assert warehouse.query(
        "select distinct from_currency, version, rate, approved_by from raw_treasury.rates order by 1, 2"
    ) == [
        ("AED", 1, Decimal("0.2512345678"), None),
        ("USD", 1, Decimal("0.9200000000"), "group-treasurer"),
        ("USD", 2, Decimal("0.9300000000"), "group-treasurer"),
    ]


def test_a_rate_that_cannot_be_read_is_a_dead_letter(treasury: RateFile, warehouse: Warehouse):
    treasury.content += (
        "2026-10-32,CHF,EUR,transaction,1.06,1,approved,desk,x,,2026-10-14T09:00:00Z\n"
    )
    treasury.content += (
        "2026-10-14,CHF,EUR,transaction,n/a,1,approved,desk,x,,2026-10-14T09:00:00Z\n"
    )
    result = warehouse.load(account(treasury, "treasury"))
    assert (result.rows["rates"], result.dead_letters) == (3, 2)
    assert warehouse.query("select reason from raw_treasury.dead_letters order by 1") == [
        ("rates.rate: 'n/a' is not decimal(18,10)",),
        ("rates.rate_date: '2026-10-32' is not date",),
    ]
