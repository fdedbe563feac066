"""The ECB data portal's exchange rates as ``csvdata``: ``/service/data/EXR/D.USD+GBP.EUR.SP00.A``."""

import csv
import io

import duckdb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

COLUMNS = (
    "KEY FREQ CURRENCY CURRENCY_DENOM EXR_TYPE EXR_SUFFIX TIME_PERIOD OBS_VALUE OBS_STATUS OBS_CONF DECIMALS"
    " TITLE UNIT UNIT_MULT"
).split()


def app(con: duckdb.DuckDBPyConnection) -> Starlette:
    def data(request: Request) -> Response:
        parts = request.path_params["key"].split(".")
        if len(parts) != 5 or parts[0] != "D" or parts[2:] != ["EUR", "SP00", "A"]:
            return PlainTextResponse("No results found.", 404)
        if request.query_params.get("format") != "csvdata":
            return PlainTextResponse("Not acceptable: only format=csvdata is served here.", 406)
        wanted = [c for c in parts[1].split("+") if c]
        start = request.query_params.get("startPeriod", "1999-01-01")
        end = request.query_params.get("endPeriod", "9999-12-31")
        rows = (
            con.cursor()
            .execute(
                'select currency, "date"::varchar, rate from rates.ecb'
                ' where "date" between ?::date and ?::date and (len(?::varchar[]) = 0 or currency in (select unnest(?::varchar[])))'
                ' order by currency, "date"',
                [start, end, wanted, wanted],
            )
            .fetchall()
        )
        if not rows:
            return PlainTextResponse("No results found.", 404)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for currency, day, rate in rows:
            key = f"EXR.D.{currency}.EUR.SP00.A"
            title = f"ECB reference exchange rate, {currency}/Euro"
            writer.writerow(
                [key, "D", currency, "EUR", "SP00", "A", day, rate, "A", "F", 4, title, currency, 0]
            )
        return Response(out.getvalue(), media_type="text/csv")

    return Starlette(routes=[Route("/service/data/EXR/{key}", data)])
