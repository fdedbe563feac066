"""A dispute's case file as one HTML page for A4: nothing in it is fetched, so it opens and prints anywhere."""

import html
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from ingestion.currencies import exponent
from orchestration.dispute_case import Case, Row, missing

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
@page {{ size: A4; margin: 15mm }}
body {{ font: 10pt/1.4 system-ui, sans-serif; color: #111; max-width: 180mm; margin: 0 auto; padding: 4mm 0 }}
h1 {{ font-size: 16pt; margin: 0 }} h2 {{ font-size: 11pt; margin: 5mm 0 1mm; border-bottom: .3mm solid #999 }}
h2, tr {{ break-inside: avoid; break-after: avoid-page }} section {{ break-inside: auto }}
table {{ border-collapse: collapse; width: 100%; font-size: 8.5pt }}
th, td {{ text-align: left; padding: .6mm 1.5mm; vertical-align: top }} .id {{ overflow-wrap: anywhere }}
th {{ font-weight: 600; color: #555 }} thead th {{ border-bottom: .2mm solid #ccc }}
tbody tr + tr td {{ border-top: .1mm solid #e4e4e4 }} .n {{ text-align: right; white-space: nowrap }}
.facts tbody {{ display: block; columns: 2 }} .facts tr {{ display: flex; break-inside: avoid }}
.facts th {{ flex: 0 0 30mm }} .facts tr td {{ border: 0 }} .none {{ color: #777 }}
.missing {{ border: .4mm solid #b00020; padding: 1mm 4mm; margin: 4mm 0; break-inside: avoid }}
.missing h2 {{ border: 0; margin: 1mm 0; color: #b00020 }} .whole {{ border-color: #2e7d32 }}
footer {{ margin-top: 6mm; font-size: 8pt; color: #777 }}
</style>
<h1>{title}</h1>
<p>{said}</p>
{missing}
{sections}
<footer>{footer}</footer>
</html>
"""
OF_DISPUTE = (
    *("system", "account", "legal_entity", "charge_id", "reason", "status", "opened_at", "due_at"),
    *("days_left", "closed_at", "invoice_reference"),
)
OF_MONEY = ("amount", "captured_amount", "refunded_amount", "lost_amount")
SETTLED = ("withdrawn_amount", "reinstated_amount", "fee_amount")


def write(file: Path, case: Case) -> None:
    """For its owner only: a case file may name the buyer."""
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(render(case), encoding="utf-8")


def render(case: Case) -> str:
    dispute = case.dispute
    money = {name: _money(dispute[name], dispute["currency"]) for name in OF_MONEY}
    moved = {name: _money(dispute[name], dispute["settlement_currency"]) for name in SETTLED}
    sections = (
        ("Dispute", _facts({name: dispute[name] for name in OF_DISPUTE} | money | moved)),
        ("Order", "".join(map(_facts, case.order)) or _none("The charge names no order of ours.")),
        ("Order lines", _table(case.lines, "None.")),
        ("Charge and what followed it", _table(case.entries, "None.")),
        ("Delivery", _table(case.shipments, "Nothing was sent.")),
        ("Support tickets about the order", _table(case.tickets, "None.")),
        ("Other disputes of the charge", _table(case.others, "None.")),
        *((("Buyer", _table(case.buyer, "")),) if case.buyer else ()),
        *((("Signed for by", _table(case.signed, "")),) if case.signed else ()),
    )
    told = f"Figures as of {_text(case.as_of)} UTC; all moments are UTC."
    return PAGE.format(
        title=html.escape(f"Dispute {dispute['dispute_id']}"),
        said=html.escape(_deadline(dispute)),
        missing=_missing(missing(dispute)),
        sections="\n".join(f"<section><h2>{name}</h2>{body}</section>" for name, body in sections),
        footer=html.escape(told),
    )


def _deadline(dispute: Row) -> str:
    about = (
        f"{_money(dispute['amount'], dispute['currency'])}, {dispute['reason'] or 'no reason told'}"
    )
    if not dispute["is_answerable"]:
        ended = f" on {_text(dispute['closed_at'])}" if dispute["closed_at"] else ""
        return f"{about}. It is {dispute['status']}{ended}: no evidence is taken."
    if dispute["due_at"] is None:
        return f"{about}. Evidence is taken; the provider tells no deadline."
    left = dispute["days_left"]
    how = f"{left} days left" if left >= 0 else f"{-left} days overdue"
    return f"{about}. Evidence is due on {_text(dispute['due_at'])}: {how}."


def _missing(lacking: list[str]) -> str:
    if not lacking:
        return '<div class="missing whole">All evidence that a dispute of this reason needs is here.</div>'
    items = "".join(f"<li>{html.escape(one)}</li>" for one in lacking)
    return f'<div class="missing"><h2>Missing</h2><ul>{items}</ul></div>'


def _facts(row: Row) -> str:
    currency = row.get("currency")
    cells = "".join(
        f"<tr><th>{_label(name)}</th><td>{html.escape(_money(value, currency))}</td></tr>"
        for name, value in row.items()
        if value is not None and name != "currency"
    )
    return f'<table class="facts">{cells}</table>'


def _table(rows: list[Row], without: str) -> str:
    shown = [
        name for name in (rows[0] if rows else ()) if any(row[name] is not None for row in rows)
    ]
    if not shown:
        return _none(without)
    head = "".join(f"<th{_side(rows, name)}>{_label(name)}</th>" for name in shown)
    body = "".join(
        "<tr>"
        + "".join(f"<td{_side(rows, name)}>{html.escape(_cell(row, name))}</td>" for name in shown)
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _side(rows: list[Row], name: str) -> str:
    """Numbers stand right; ids may break anywhere, words nowhere."""
    if any(type(row[name]) in (Decimal, int) for row in rows):
        return ' class="n"'
    return ' class="id"' if name.endswith("_id") else ""


def _none(said: str) -> str:
    return f'<p class="none">{html.escape(said)}</p>'


def _label(name: str) -> str:
    return html.escape(name.removesuffix("_amount").removesuffix("_at").replace("_", " "))


def _cell(row: Row, name: str) -> str:
    """A fee and what is left of an amount are in what the balance is kept in."""
    settled = name in ("fee_amount", "net_amount") and row.get("settled_in")
    return _text(row[name], settled or row.get("currency"))


def _money(value: Any, currency: str | None) -> str:
    text = _text(value, currency)
    return f"{text} {currency}" if isinstance(value, Decimal) and currency else text


def _text(value: Any, currency: str | None = None) -> str:
    """Money with its currency's places, or more if it has more; moments to the minute."""
    if isinstance(value, Decimal):
        known = exponent(currency)
        least = 2 if known is None else known
        places = max(least, -int(value.normalize().as_tuple().exponent))  # pyright: ignore[reportArgumentType]
        return f"{value:,.{places}f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
