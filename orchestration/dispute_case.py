"""A dispute's case: all that the published marts know of it, and what evidence is missing.

Reads ``marts``; the buyer comes from ``marts_pii``, a file of its own, and only if it is asked for.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]

# Flag of marts.disputes -> what it is, and why we lack it.
EVIDENCE = {
    "has_order": "order: the charge names none of ours",
    "has_invoice_reference": "invoice reference: the provider was told nothing that the charge is for",
    "has_delivery_proof": "proof of delivery: no carrier says that it delivered every parcel",
    "has_signature": "signature: the carrier has none of whoever took every parcel",
    "has_tickets": "correspondence: support has no ticket about the order",
    "has_refund": "refund: nothing of the charge went back to the buyer",
}
ALWAYS = ("has_order", "has_invoice_reference")
# Word in the provider's reason -> what answers it; the first that is in it counts.
ANSWERS = (
    ("not_received", ("has_delivery_proof",)),
    ("not_processed", ("has_refund", "has_tickets")),
    ("fraud", ("has_delivery_proof", "has_signature")),
    ("unauthori", ("has_delivery_proof", "has_signature")),
    ("unrecognized", ("has_delivery_proof", "has_signature")),
    ("duplicate", ()),
    ("cancel", ("has_tickets",)),
    ("", ("has_delivery_proof", "has_tickets")),
)

ORDER = """
    select order_name, channel, processed_at, status, financial_status, currency, gross_sales_amount,
        discounts_amount, returns_amount, shipping_amount, duties_amount, tax_amount, total_sales_amount
    from marts.orders where account = $order_account and order_id = $order_id"""
LINES = """
    select sku, title, quantity, gross_sales_amount, discounts_amount, returns_amount, tax_amount,
        total_sales_amount, currency
    from marts.order_lines where account = $order_account and order_id = $order_id order by line_id"""
ENTRIES = """
    select l.occurred_at, l.kind, coalesce(l.gross_amount_presentment, l.gross_amount) as gross_amount,
        coalesce(l.currency_presentment, l.currency) as currency, l.fee_amount + l.tax_on_fee_amount as fee_amount,
        l.net_amount, l.currency as settled_in, l.entry_id, l.payout_id, r.state
    from marts.payment_ledger as l
    left join marts.reconciliation as r on r.leg = 'order_psp' and r.side = 'psp'
        and r.system = l.system and r.account = l.account and r.source_id = l.entry_id
    where l.system = $system and l.account = $account
        and (l.charge_id = $charge_id or l.dispute_id = $dispute_id)
    order by l.occurred_at, l.entry_id"""
SHIPMENTS = """
    select carrier, status, shipped_at, delivered_at, exception_at, returned_at, quantity, has_signature, tracking_id, shipment_id
    from marts.shipments where order_account = $order_account and order_id = $order_id
    order by shipped_at, shipment_id"""
TICKETS = """
    select created_at, ticket_id, system, channel, status, updated_at from marts.tickets
    where order_account = $order_account and order_id = $order_id and status <> 'deleted'
    order by created_at, ticket_id"""
OTHERS = """
    select opened_at, dispute_id, status, reason, amount, currency from marts.disputes
    where system = $system and account = $account and charge_id = $charge_id and dispute_id <> $dispute_id
    order by opened_at, dispute_id"""
BUYER = """
    select distinct coalesce(nullif(trim(concat_ws(' ', first_name, last_name)), ''), full_name) as name, email,
        phone, address, postal_code, city, country
    from marts_pii.customer_contacts
    where customer_key = $customer_key and system = 'shopify' and account = $order_account order by all"""

SIGNED = """
    select delivered_at, signed_by, shipment_id from marts_pii.shipment_signatures
    where order_account = $order_account and order_id = $order_id order by delivered_at, shipment_id"""


@dataclass(frozen=True)
class Case:
    """``buyer`` and ``signed`` are empty unless personal data were asked for."""

    dispute: Row
    order: list[Row]
    lines: list[Row]
    entries: list[Row]
    shipments: list[Row]
    tickets: list[Row]
    others: list[Row]
    buyer: list[Row]
    signed: list[Row]
    as_of: datetime | None


def listed(published: Path, *, every: bool) -> list[Row]:
    """Disputes with the name of their order, the most urgent first; only those that take evidence, or all."""
    with duckdb.connect(str(published), read_only=True) as con:
        return _rows(
            con,
            """select d.*, o.order_name from marts.disputes as d
            left join marts.orders as o on o.account = d.order_account and o.order_id = d.order_id
            where $every or d.is_answerable
            order by d.is_answerable desc, d.due_at nulls last, d.opened_at desc, d.dispute_id""",
            {"every": every},
        )


def missing(dispute: Row) -> list[str]:
    """What evidence a dispute of this reason needs and we don't hold."""
    reason = (dispute["reason"] or "").lower().replace(" ", "_")
    needed = (*ALWAYS, *next(flags for word, flags in ANSWERS if word in reason))
    return [EVIDENCE[flag] for flag in needed if not dispute[flag]]


def read(published: Path, text: str, people: Path | None = None) -> Case:
    """The case of a dispute by its id, or account:id; ``people``: the file that may name the buyer."""
    with duckdb.connect(str(published), read_only=True) as con:
        dispute = _dispute(con, text)
        about = {name: dispute[name] for name in ("system", "account", "dispute_id", "charge_id")}
        order = {name: dispute[name] for name in ("order_account", "order_id")}
        (moment,) = con.execute("select max(as_of) from marts.reconciliation").fetchall()[0]
        return Case(
            dispute,
            _rows(con, ORDER, order),
            _rows(con, LINES, order),
            _rows(con, ENTRIES, about),
            _rows(con, SHIPMENTS, order),
            _rows(con, TICKETS, order),
            _rows(con, OTHERS, about),
            *_people(people, dispute),
            moment,
        )


def _dispute(con: duckdb.DuckDBPyConnection, text: str) -> Row:
    found = _rows(
        con,
        "select * from marts.disputes where $text in (dispute_id, account || ':' || dispute_id) order by system, account",
        {"text": text},
    )
    if not found:
        raise ValueError(f"{text}: no dispute has this id; list them: concord disputes list --all")
    if len(found) > 1:
        names = ", ".join(f"{row['account']}:{row['dispute_id']}" for row in found)
        raise ValueError(f"{text} is a dispute of {len(found)} accounts: name one of {names}")
    return found[0]


def _people(file: Path | None, dispute: Row) -> tuple[list[Row], list[Row]]:
    """The buyer, and who signed for the parcels."""
    if file is None:
        return [], []
    if not file.exists():
        raise ValueError(
            f"{file}: the file of personal data isn't there; leave --personal out, or run concord run"
        )
    with duckdb.connect(str(file), read_only=True) as con:
        buyer = _rows(con, BUYER, {n: dispute[n] for n in ("customer_key", "order_account")})
        return buyer, _rows(con, SIGNED, {n: dispute[n] for n in ("order_account", "order_id")})


def _rows(con: duckdb.DuckDBPyConnection, query: str, given: Row) -> list[Row]:
    cursor = con.execute(query, given)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
