"""Records of named people as identity sees them, and a memory that is resolved night after night."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from analysis import identity

MONDAY = datetime(2026, 10, 12, 6)
HASH_KEY = "a key for tests"


@dataclass(frozen=True)
class Record:
    source_id: str
    email: str | None = None
    account: str = "nordlicht-de"
    kind: str = "customer"
    seen: datetime = datetime(2026, 9, 1)
    is_role: bool = False

    @property
    def name(self) -> tuple[str, str]:
        return self.account, self.source_id


def guest(order: str, email: str | None = None, **more: Any) -> Record:
    return Record(f"order:{order}", email, kind="checkout", **more)


def nodes(records: Iterable[Record]) -> pa.Table:
    rows = [
        {
            "system": "shopify",
            "account": record.account,
            "source_id": record.source_id,
            "node_kind": record.kind,
            "email_normalized": record.email,
            "is_role_address": record.is_role,
            "first_seen_at": record.seen,
        }
        for record in records
    ]
    return pa.Table.from_pylist(rows, schema=identity.NODES)


@dataclass
class Memory:
    """What `raw_identity` holds: each night appends to it."""

    history: identity.History = field(default_factory=identity.History)
    as_of: datetime = MONDAY

    def night(self, records: Iterable[Record], **options: Any) -> identity.Resolution:
        found = identity.resolve(
            nodes(records), self.history, as_of=self.as_of, hash_key=HASH_KEY, **options
        )
        self.history = replace(
            self.history,
            **{
                log: pa.concat_tables([getattr(self.history, log), getattr(found, log)])
                for log in ("customer_keys", "assignments", "redirects")
            },
        )
        self.as_of += timedelta(days=1)
        return found

    def assigned(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Each record's newest row, as the warehouse's view of it takes it."""
        rows = sorted(self.history.assignments.to_pylist(), key=lambda row: row["recorded_at"])
        return {(row["account"], row["source_id"]): row for row in rows}

    def keys(self) -> dict[tuple[str, str], str]:
        return {name: row["customer_key"] for name, row in self.assigned().items()}

    def key(self, record: Record) -> str:
        return self.keys()[record.name]

    def groups(self) -> set[frozenset[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = {}
        for name, key in self.keys().items():
            found.setdefault(key, set()).add(name)
        return {frozenset(group) for group in found.values()}


def is_silent(found: identity.Resolution) -> bool:
    """Nothing new to append."""
    logs = (found.customer_keys, found.assignments, found.redirects)
    return not any(log.num_rows for log in logs)
