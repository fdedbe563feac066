"""Keyed hashes of the exact addresses and numbers that consent hangs on. Tables in, tables out.

One form per address: lower case, and an internationalised domain in ASCII (IDNA 2008, UTS 46), so both
spellings are one. Tags and dots stay: consent is for the very address. A number keeps its digits and
its plus. Text that is neither is hashed as it is: a withdrawal must never get lost.
"""

import hmac
from datetime import datetime, timedelta

import idna
import pyarrow as pa

ADDRESS_HASHES = pa.schema(
    [
        ("channel", pa.string()),
        ("address", pa.string()),
        ("address_hash", pa.string()),
        ("recorded_at", pa.timestamp("us")),
    ]
)
TICK = timedelta(microseconds=1)
FIRST = datetime(1970, 1, 1)  # noqa: DTZ001  naive UTC, as the warehouse stores it
LONGEST = 254  # of an address that can be written to (RFC 5321); IDNA needn't look at longer ones


def new_hashes(addresses: pa.Table, known: pa.Table, *, as_of: datetime, hash_key: str) -> pa.Table:
    """Rows to append: addresses (channel, address) that ``known`` lacks or has under another key."""
    if not hash_key:
        raise ValueError("consent: addresses can't be hashed without CONCORD_HASH_KEY; set it")
    secret, now = hash_key.encode(), as_of.replace(tzinfo=None)
    newest: dict[tuple[str, str], tuple[datetime, str]] = {}
    for row in known.to_pylist():
        place, hashed = (row["channel"], row["address"]), (row["recorded_at"], row["address_hash"])
        newest[place] = max(newest.get(place, hashed), hashed)
    found = []
    for channel, address in sorted({(r["channel"], r["address"]) for r in addresses.to_pylist()}):
        form = one_form(channel, address)
        digest = hmac.digest(secret, form.encode(), "sha256").hex()
        at, before = newest.get((channel, address), (FIRST, ""))
        if digest != before:
            found.append((channel, address, digest, max(now, at + TICK)))
    columns = zip(*found, strict=True) if found else [[] for _ in ADDRESS_HASHES]
    return pa.table([list(column) for column in columns], schema=ADDRESS_HASHES)


def one_form(channel: str, address: str) -> str:
    """The form that is hashed; the same for every spelling of one address."""
    text = address.strip().lower()
    if channel != "email":
        digits = "".join(letter for letter in text if letter.isdecimal())
        if text.startswith("00"):
            return f"+{digits[2:]}"
        return f"+{digits}" if text.startswith("+") and digits else digits or text
    local, at, domain = text.rpartition("@")
    if not at or domain.isascii() or len(text) > LONGEST:
        return text
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return text
