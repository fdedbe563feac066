"""One audit's answer, in words that finance can read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

SHOWN = 3


@dataclass(frozen=True)
class AuditResult:
    """``errored``: the audit itself broke and says nothing of the data; it never counts as passed."""

    audit: str
    relation: str
    severity: str
    passed: bool
    errored: bool
    observed: str
    expected: str
    owner: str
    message: str
    notes: str


def rows_in_words(rows: Iterable[Mapping[str, Any]], count: int) -> str:
    """Put the first unexpected rows in words; the rest is a number."""
    told = [
        ", ".join(f"{name.replace('_', ' ')} {in_words(value)}" for name, value in row.items())
        for row in list(rows)[:SHOWN]
    ]
    rest = count - len(told)
    return "; ".join([*told, *([f"and {rest:,} more"] if rest > 0 else [])])


def in_words(value: Any) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int() | float() | Decimal():
            return f"{value:,}"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case _:
            return str(value)
