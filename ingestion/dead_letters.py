"""Rows that can't be landed: kept as text with a reason, an owner and the money they are about."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa

from ingestion.group import Account
from ingestion.tables import DEAD_LETTERS, Table, arrow_schema

SHOWN = 60  # characters of a value that a reason repeats
JSON_NAMES = {str: "a string", int: "a number", float: "a number", bool: "a boolean"}
JSON_NAMES |= {dict: "an object", list: "a list"}
PLACES = Decimal("0.0001")
MONEY = re.compile(r"-?[0-9]{1,34}([.][0-9]{1,4}0*)?")


def letters(
    bad: Iterable[Mapping[str, Any]],
    table: Table,
    checks: list[tuple[str, str]],
    account: Account,
    stream: str,
    received_at: datetime,
) -> pa.Table:
    """Dead letters of the rows ``landing_sql.rows`` marked; ``checks`` says what each mark means."""
    out = []
    for row in bad:
        payload, (path, expected) = orjson.loads(row["json"]), checks[row["_bad"]]
        digest = hashlib.md5(row["json"].encode(), usedforsecurity=False).hexdigest()
        amount, currency = _money(payload, table)
        out.append(
            {
                "account": account.account,
                "stream": stream,
                "source_id": _source_id(row, table) or f"md5:{digest}",
                "reason": _reason(table, path, expected, payload),
                "owner": account.owner,
                "amount": amount,
                "currency": currency,
                "payload": row["json"],
                "payload_ref": f"md5:{digest}",
                "parent_ids": _place(row, table),
                "first_seen_at": received_at,
                "_version_at": row["_version_at"],
                "_received_at": received_at,
                "_version_hash": row["_version_hash"],
                "_deleted": False,
                "_extra": row["_extra"],
            }
        )
    return pa.Table.from_pylist(out, schema=arrow_schema(DEAD_LETTERS))


def of_object(
    account: Account,
    stream: str,
    source_id: str,
    reason: str,
    payload_ref: str,
    received_at: datetime,
) -> dict[str, Any]:
    """A letter without payload: of what the vendor would not give. ``payload_ref`` says what to ask for."""
    said = f"{source_id} {reason}".encode()
    return {
        "account": account.account,
        "stream": stream,
        "source_id": source_id,
        "reason": reason,
        "owner": account.owner,
        "payload_ref": payload_ref,
        "first_seen_at": received_at,
        "_version_at": received_at,
        "_received_at": received_at,
        "_version_hash": hashlib.md5(said, usedforsecurity=False).hexdigest(),
        "_deleted": False,
    }


def _place(row: Mapping[str, Any], table: Table) -> str | None:
    """What a child's own payload doesn't say: the ids of what it stands in, its position in a list."""
    names = [*table.inherited, *(["position"] if table.positioned else [])]
    return orjson.dumps({name: row[name] for name in names}).decode() if names else None


def _reason(table: Table, path: str, expected: str, payload: Any) -> str:
    if expected == "a key":
        return f"{table.name}.{path}: no value, and it is the key"
    value = _at(payload, path)
    if expected in ("an object", "a list"):
        # The value itself may be what the object was to hold, a name or an address.
        return f"{table.name}.{path}: {JSON_NAMES.get(type(value), 'a value')} is not {expected}"
    shown = value if isinstance(value, str) else orjson.dumps(value).decode()
    if len(shown) > SHOWN:
        shown = shown[:SHOWN] + "..."
    return f"{table.name}.{path}: '{shown}' is not {expected}"


def _source_id(row: Mapping[str, Any], table: Table) -> str | None:
    parts = [row.get(name) for name in table.key]
    return None if None in parts else "#".join(str(part) for part in parts)


def _money(payload: Any, table: Table) -> tuple[Decimal | None, str | None]:
    """The headline amount where it is readable, and its currency: the field beside it."""
    if table.amount is None:
        return None, None
    amount = _at(payload, table.amount)
    side, _, _ = table.amount.rpartition(".")
    found = _at(payload, f"{side}.currencyCode" if side else "currency")
    currency = found.upper() if isinstance(found, str) else None
    if table.exponent is not None:
        return _whole(amount, table.exponent(currency or "")), currency
    readable = isinstance(amount, str) and MONEY.fullmatch(amount)
    return Decimal(amount).quantize(PLACES) if readable else None, currency


def _whole(minor: Any, exponent: int | None) -> Decimal | None:
    """Minor units as an amount, if there are whole ones and the currency's exponent is known."""
    if type(minor) is not int or exponent is None:
        return None
    return Decimal(minor).scaleb(-exponent).quantize(PLACES)


def _at(payload: Any, path: str) -> Any:
    """A value by its path, or by the raw name of its column."""
    for part in path.split("."):
        if not isinstance(payload, dict):
            return None
        payload = payload.get(part)
    return payload
