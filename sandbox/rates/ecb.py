"""The ECB data portal's reference rates as ``csvdata``: ``/service/data/EXR/D.USD+GBP.EUR.SP00.A``.

An empty part of the key is every value of it. Units of the currency per 1 euro, business days only.
"""

import csv
import io
from datetime import date

import duckdb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.faults import ACCESS_KINDS, PAGE_KINDS

COLUMNS = [
    "KEY",
    "FREQ",
    "CURRENCY",
    "CURRENCY_DENOM",
    "EXR_TYPE",
    "EXR_SUFFIX",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "OBS_CONF",
    "OBS_PRE_BREAK",
    "OBS_COM",
    "TIME_FORMAT",
    "BREAKS",
    "COLLECTION",
    "COMPILING_ORG",
    "DISS_ORG",
    "DOM_SER_IDS",
    "PUBL_ECB",
    "PUBL_MU",
    "PUBL_PUBLIC",
    "UNIT_INDEX_BASE",
    "COMPILATION",
    "COVERAGE",
    "DECIMALS",
    "NAT_TITLE",
    "SOURCE_AGENCY",
    "SOURCE_PUB",
    "TITLE",
    "TITLE_COMPL",
    "UNIT",
    "UNIT_MULT",
]
DIMENSIONS = ("D", None, "EUR", "SP00", "A")  # of the one dataflow served; None is the currency
ENDPOINTS = ("exchange_rates",)
REFUSED = {
    "exchange_rates": {
        **dict.fromkeys(PAGE_KINDS, "it is one CSV file, which has no pages"),
        **dict.fromkeys(ACCESS_KINDS, "the ECB asks nobody for a token"),
    }
}
ERROR_TYPE = "text/plain"
CSV = {"csvdata", "text/csv", "application/vnd.sdmx.data+csv;version=1.0.0"}


def application(con: duckdb.DuckDBPyConnection) -> Starlette:
    def data(request: Request) -> Response:
        request.state.operation = "EXR"
        query = request.query_params
        if not {query.get("format"), request.headers.get("accept", "").split(",")[0]} & CSV:
            return PlainTextResponse("Not acceptable here: ask for format=csvdata.", 406)
        try:
            first = date.fromisoformat(query.get("startPeriod", "1999-01-01"))
            last = date.fromisoformat(query.get("endPeriod", "9999-12-31"))
        except ValueError:
            return PlainTextResponse("startPeriod and endPeriod are dates: YYYY-MM-DD.", 400)
        parts = request.path_params["key"].split(".")
        if len(parts) != len(DIMENSIONS):
            return PlainTextResponse("The key has five parts: D.<currencies>.EUR.SP00.A", 400)
        if any(
            part and wanted and part != wanted
            for part, wanted in zip(parts, DIMENSIONS, strict=True)
        ):
            return PlainTextResponse("No results found.", 404)
        rows = _read(con, [c for c in parts[1].split("+") if c], first, last)
        if not rows:
            return PlainTextResponse("No results found.", 404)
        return Response(_as_csv(rows), media_type="text/csv")

    return Starlette(routes=[Route("/service/data/EXR/{key}", data)])


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    del method, query, body
    return "exchange_rates" if path.startswith("/service/data/EXR/") else ""


def error_body(status: int) -> bytes:
    said = {429: "Too Many Requests", 500: "Internal Server Error"}
    return f"{status}: {said.get(status, 'Refused')}".encode()


def _read(
    con: duckdb.DuckDBPyConnection, currencies: list[str], first: date, last: date
) -> list[tuple[str, str, str]]:
    return (
        con.cursor()
        .execute(
            """select currency, cast("date" as varchar), rate from rates.ecb
            where "date" between $first and $last
                and (len($currencies) = 0 or list_contains($currencies, currency))
            order by currency, "date\"""",
            {"first": first, "last": last, "currencies": currencies},
        )
        .fetchall()
    )


def _as_csv(rows: list[tuple[str, str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for currency, day, rate in rows:
        writer.writerow(
            {
                "KEY": f"EXR.D.{currency}.EUR.SP00.A",
                "FREQ": "D",
                "CURRENCY": currency,
                "CURRENCY_DENOM": "EUR",
                "EXR_TYPE": "SP00",
                "EXR_SUFFIX": "A",
                "TIME_PERIOD": day,
                "OBS_VALUE": rate,
                "OBS_STATUS": "A",
                "OBS_CONF": "F",
                "TIME_FORMAT": "P1D",
                "COLLECTION": "A",
                "DECIMALS": len(rate.partition(".")[2]),
                "SOURCE_AGENCY": "4F0",
                "TITLE": f"{currency}/Euro",
                "TITLE_COMPL": f"ECB reference exchange rate, {currency}/Euro, 2:15 pm (C.E.T.)",
                "UNIT": currency,
                "UNIT_MULT": "0",
            }
        )
    return out.getvalue()
