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
    is_b2b: bool | None = None
    system: str = "shopify"

    @property
    def name(self) -> tuple[str, str]:
        return self.account, self.source_id


def guest(order: str, email: str | None = None, **more: Any) -> Record:
    return Record(f"order:{order}", email, kind="checkout", **more)


def contact(number: str, email: str | None = None, **more: Any) -> Record:
    given: dict[str, Any] = {"account": "crm", "kind": "contact", "system": "hubspot"} | more
    return Record(number, email, **given)


def payer(number: str, email: str | None = None, **more: Any) -> Record:
    return Record(number, email, "payments-gmbh", "psp_customer", system="stripe", **more)


@dataclass(frozen=True)
class Link:
    """A vendor's word: ``source`` is ``target``, or was merged into it."""

    source: Record
    target: Record
    rule: str = "vendor_link"
    since: datetime = datetime(2026, 9, 10)
    refusal: str | None = None


def merged(source: Record, target: Record, **more: Any) -> Link:
    return Link(source, target, "vendor_merge", **more)


def links(found: Iterable[Link]) -> pa.Table:
    rows = [
        {
            "system": link.source.system,
            "account": link.source.account,
            "source_id": link.source.source_id,
            "linked_system": link.target.system,
            "linked_account": link.target.account,
            "linked_source_id": link.target.source_id,
            "rule": link.rule,
            "evidence": f"{link.target.account}:{link.target.source_id}",
            "valid_from": link.since,
            "refusal": link.refusal,
        }
        for link in found
    ]
    return pa.Table.from_pylist(rows, schema=identity.LINKS)


def emails(found: Iterable[tuple[Record, str]]) -> pa.Table:
    """Further addresses of records."""
    rows = [
        {
            "system": record.system,
            "account": record.account,
            "source_id": record.source_id,
            "email_normalized": address,
            "is_role_address": False,
        }
        for record, address in found
    ]
    return pa.Table.from_pylist(rows, schema=identity.EMAILS)


def nodes(records: Iterable[Record]) -> pa.Table:
    rows = [
        {
            "system": record.system,
            "account": record.account,
            "source_id": record.source_id,
            "node_kind": record.kind,
            "email_normalized": record.email,
            "is_role_address": record.is_role,
            "is_b2b": record.is_b2b,
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

    def night(
        self,
        records: Iterable[Record],
        said: Iterable[Link] = (),
        more: Iterable[tuple[Record, str]] = (),
    ) -> identity.Resolution:
        """Resolve; ``said`` are the vendors' links, ``more`` further addresses of records."""
        found = identity.resolve(
            identity.Records(nodes(records), emails(more), links(said)),
            self.history,
            as_of=self.as_of,
            hash_key=HASH_KEY,
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
