"""Treasury's files: ``/rates.csv``, ``/contracted_fees.csv``, ``/gateway_migrations.csv``; a bearer secret opens them.

Each comes whole or, with ``updated_since``, as what changed since a moment; a correction is a new version.
"""

import duckdb
from starlette.applications import Starlette

from sandbox import csv_drop
from sandbox.faults import PAGE_KINDS

FILES = {
    "rates": """select * from rates.treasury
        order by rate_date, from_currency, to_currency, kind, cast(version as integer)""",
    "contracted_fees": "from rates.contracted_fees order by fee_id, version",
    "gateway_migrations": "from rates.gateway_migrations order by migration_id, version",
}
ENDPOINTS = tuple(FILES)
REFUSED = {
    name: dict.fromkeys(PAGE_KINDS, "it is one CSV file, which has no pages") for name in ENDPOINTS
}
ERROR_TYPE = "text/plain"


def application(con: duckdb.DuckDBPyConnection, secret: str) -> Starlette:
    return csv_drop.application(con, secret, FILES, has_index=False)


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    del method, query, body
    name = path.removeprefix("/").removesuffix(".csv")
    return name if path.endswith(".csv") and name in ENDPOINTS else ""


def error_body(status: int) -> bytes:
    return csv_drop.ERRORS[status].encode()
