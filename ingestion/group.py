"""The commerce group as ``group.toml`` states it: its accounts and its windows, checked and frozen.

Reads files only; what the values mean to a vendor is the source's business.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ingestion import source_of, systems
from ingestion.currencies import CURRENCIES
from ingestion.lanes import Lane, lane
from ingestion.webhooks.signatures import SENDERS

RAISED = ("stripe", "zendesk")  # vendors that raise an endpoint's rate and don't say so in answers


class GroupError(ValueError):
    """The group file says something that can't be worked with; the message says what to change."""


@dataclass(frozen=True)
class Account:
    """One login at one vendor. ``account`` is unique in the group and part of every key."""

    system: str
    account: str
    legal_entity: str
    base_url: str
    zone: str
    currency: str
    owner: str
    secret_env: str | None = None
    webhook_secret_env: str | None = None  # its vendor may send events, signed with this
    history_from: date | None = None
    endpoint_rate: int | None = (
        None  # requests to one endpoint in the time that the vendor counts, where it raised that
    )
    # stream -> how far before its cursor it is read again, where the source's own measure won't do
    overlaps: Mapping[str, timedelta] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Blackout:
    """Days, both ends included, on which a window stays shut."""

    start: date
    end: date
    reason: str


@dataclass(frozen=True)
class Window:
    """When a job may run, as local wall-clock times of ``zone``; ``end`` before ``start`` spans midnight."""

    name: str
    zone: str
    start: time
    end: time
    owner: str
    blackouts: tuple[Blackout, ...] = ()


@dataclass(frozen=True)
class Group:
    name: str
    currency: str
    zone: str
    accounts: tuple[Account, ...]
    windows: Mapping[str, Window] = field(default_factory=dict)
    lanes: Mapping[str, Lane] = field(default_factory=dict)

    def account(self, name: str) -> Account:
        for account in self.accounts:
            if account.account == name:
                return account
        known = ", ".join(a.account for a in self.accounts)
        raise GroupError(f"no account '{name}' in group '{self.name}'; it has: {known}")

    def accounts_of(self, system: str) -> tuple[Account, ...]:
        return tuple(account for account in self.accounts if account.system == system)


def load(path: str | Path) -> Group:
    """Read and check a group file. Importing or calling this needs no network and no secret."""
    path = Path(path)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GroupError(
            f"no group file at {path}; name one with --group FILE or GROUP_CONFIG"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise GroupError(f"{path} is not valid TOML: {error}; mend that line") from None
    reader = _Reader(path)
    head = reader.table(document, "group")
    accounts = tuple(
        reader.account(entry, place)
        for place, entry in enumerate(reader.entries(document, "accounts"), start=1)
    )
    if not accounts:
        raise GroupError(f"{path}: no [[accounts]]; a group needs at least one")
    reader.unique(accounts)
    windows = {
        name: reader.window(name, entry) for name, entry in document.get("windows", {}).items()
    }
    asked = document.get("lanes", {})
    streams = {a.system: getattr(source_of(a.system), "ALONE", ()) for a in accounts if asked}
    lanes = {name: lane(reader, name, entry, streams, windows) for name, entry in asked.items()}
    where = "[group]"
    return Group(
        name=reader.text(head, "name", where),
        currency=reader.currency(head, where),
        zone=reader.zone(head, where),
        accounts=accounts,
        windows=windows,
        lanes=lanes,
    )


def read_env(path: str | Path) -> dict[str, str]:
    """Put ``KEY=VALUE`` lines of the secrets file into the environment; what is set already wins.

    Returns what this call set, so a caller can take it back. Values are never printed.
    """
    path, added = Path(path), {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        name = name.strip()
        if not separator or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise GroupError(f"{path}, line {number}: not KEY=VALUE; mend or remove the line")
        if name not in os.environ:
            added[name] = value.strip().strip("'\"")
    os.environ.update(added)
    return added


class _Reader:
    """Takes typed values out of TOML tables; every complaint names file, place, value and remedy."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fail(self, where: str, complaint: str) -> GroupError:
        return GroupError(f"{self.path}, {where}: {complaint}")

    def table(self, document: dict[str, Any], name: str) -> dict[str, Any]:
        value = document.get(name)
        if not isinstance(value, dict):
            raise GroupError(f"{self.path}: no [{name}] table; add one")
        return value

    def entries(self, document: dict[str, Any], name: str) -> list[dict[str, Any]]:
        value = document.get(name, [])
        if not isinstance(value, list):
            raise GroupError(f"{self.path}: '{name}' must be written as [[{name}]] tables")
        return value

    def text(self, entry: dict[str, Any], key: str, where: str) -> str:
        value = entry.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(where, f"'{key}' is {value!r}; give it as text")
        return value.strip()

    def currency(self, entry: dict[str, Any], where: str) -> str:
        value = self.text(entry, "currency", where)
        if value not in CURRENCIES:
            raise self.fail(where, f"currency '{value}' is no ISO 4217 code; write one like 'EUR'")
        return value

    def zone(self, entry: dict[str, Any], where: str) -> str:
        value = self.text(entry, "zone", where)
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise self.fail(
                where, f"zone '{value}' is unknown; write an IANA name like 'Europe/Berlin'"
            ) from None
        return value

    def day(self, entry: dict[str, Any], key: str, where: str) -> date:
        value = entry.get(key)
        try:
            return value if type(value) is date else date.fromisoformat(str(value))
        except ValueError:
            raise self.fail(where, f"'{key}' is {value!r}; write a date like 2026-01-31") from None

    def clock(self, entry: dict[str, Any], key: str, where: str) -> time:
        value = entry.get(key)
        try:
            return value if isinstance(value, time) else time.fromisoformat(str(value))
        except ValueError:
            raise self.fail(where, f"'{key}' is {value!r}; write a time like '01:00'") from None

    def account(self, entry: dict[str, Any], place: int) -> Account:
        where = f"account {entry.get('account', f'number {place}')!r}"
        system = self.text(entry, "system", where)
        if system not in (known := systems()):
            raise self.fail(where, f"system '{system}' is unknown; choose from {', '.join(known)}")
        base_url = self.text(entry, "base_url", where)
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?|file:///\S+", base_url):
            raise self.fail(
                where, f"base_url '{base_url}' is no http(s) address and no file:/// folder"
            )
        return Account(
            system=system,
            account=self.name(entry, where),
            legal_entity=self.text(entry, "legal_entity", where),
            base_url=base_url.rstrip("/"),
            zone=self.zone(entry, where),
            currency=self.currency(entry, where),
            owner=self.text(entry, "owner", where),
            secret_env=self.text(entry, "secret_env", where) if "secret_env" in entry else None,
            webhook_secret_env=self.webhook_secret_env(entry, system, where),
            history_from=self.day(entry, "history_from", where)
            if "history_from" in entry
            else None,
            endpoint_rate=self.endpoint_rate(entry, system, where),
            overlaps=self.overlaps(entry, system, where),
        )

    def endpoint_rate(self, entry: dict[str, Any], system: str, where: str) -> int | None:
        rate = entry.get("endpoint_rate")
        if rate is not None and (type(rate) is not int or rate < 1 or system not in RAISED):
            raise self.fail(
                where,
                f"endpoint_rate is {rate!r}; give a Stripe account the requests a second that Stripe"
                " raised its endpoints to, a Zendesk account the exports a minute, or take it away:"
                " other vendors state theirs",
            )
        return rate

    def overlaps(self, entry: dict[str, Any], system: str, where: str) -> dict[str, timedelta]:
        minutes = entry.get("overlap_minutes", {})
        if not isinstance(minutes, dict):
            raise self.fail(where, "write overlap_minutes as { orders = 10 }")
        known = source_of(system).OVERLAPS if minutes else {}
        for stream, value in minutes.items():
            if stream not in known:
                raise self.fail(
                    where,
                    f"overlap_minutes names '{stream}', which has no cursor; {system} has"
                    f" {', '.join(sorted(known))}",
                )
            if type(value) is not int or value < 0:
                raise self.fail(
                    where, f"overlap_minutes of '{stream}' is {value!r}; give whole minutes"
                )
        return {stream: timedelta(minutes=value) for stream, value in minutes.items()}

    def webhook_secret_env(self, entry: dict[str, Any], system: str, where: str) -> str | None:
        if "webhook_secret_env" in entry:
            if system not in SENDERS:
                raise self.fail(
                    where,
                    f"webhook_secret_env, but no webhooks of {system} are taken in; take it away"
                    f" ({', '.join(SENDERS)} send)",
                )
            return self.text(entry, "webhook_secret_env", where)
        return None

    def name(self, entry: dict[str, Any], where: str) -> str:
        value = self.text(entry, "account", where)
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", value):
            raise self.fail(where, f"account '{value}' must be lower-case letters, digits, - or _")
        return value

    def unique(self, accounts: tuple[Account, ...]) -> None:
        # Pipelines and working folders carry the name with - as _: two that differ only there would meet.
        seen: dict[str, str] = {}
        for account in accounts:
            plain = account.account.replace("-", "_")
            if plain in seen:
                raise GroupError(
                    f"{self.path}: account '{account.account}' ({account.system}) meets"
                    f" '{seen[plain]}'; account names are keys, so rename one of them"
                )
            seen[plain] = f"{account.account} ({account.system})"

    def window(self, name: str, entry: dict[str, Any]) -> Window:
        where = f"window '{name}'"
        blackouts = []
        for blackout in entry.get("blackouts", []):
            start, end = self.day(blackout, "from", where), self.day(blackout, "to", where)
            if end < start:
                raise self.fail(where, f"blackout from {start} ends before it starts, on {end}")
            blackouts.append(Blackout(start, end, self.text(blackout, "reason", where)))
        return Window(
            name=name,
            zone=self.zone(entry, where),
            start=self.clock(entry, "start", where),
            end=self.clock(entry, "end", where),
            owner=self.text(entry, "owner", where),
            blackouts=tuple(blackouts),
        )
