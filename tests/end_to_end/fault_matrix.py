"""Loads that meet a fault: healed; or loud, on record and healed by the next load; never silent.

Run it by hand: ``python -m tests.end_to_end.fault_matrix`` plays everything and prints the matrix;
words after it (``shopify orders``, ``stripe missing_page``, ``later``) leave only the cases they name.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from ingestion import group as group_file
from ingestion import load, shopify_load, source_of
from ingestion.errors import LoadError
from ingestion.group import Account, Group
from ingestion.http import Patience
from ingestion.tables import raw_tables
from sandbox import group_file as sandbox_group_file
from sandbox import serve
from sandbox.faults import ACCESS_KINDS, PAGE_KINDS, TRANSPORT_KINDS, Fault
from sandbox.shopify.limits import Limits
from sandbox.world import World
from sandbox.world_options import WorldOptions

WORLD = WorldOptions(seed=7, orders=600, days=400)
DAYS = 20  # Stripe keeps events for 30: later loads go by them
GENEROUS = Limits(bucket=1_000_000, restore_rate=1_000_000)
PATIENCE = Patience(attempts=5, first=0.05, longest=2.0, poll_first=0.01, poll_longest=0.1)
ACCOUNTS = {
    "shopify": "nordlicht-world",
    "stripe": "payments-kk",
    "hubspot": "crm",
    "salesforce": "sales-eu",
    "zendesk": "support",
    "aftership": "parcels",
    "ecb": "ecb",
    "treasury": "treasury",
    "email_tool": "newsletter",
    "adyen": "adyen-gmbh",
    "paypal": "paypal-gmbh",
    "bank": "bank-gmbh",
    "erp": "erp",
}
# Where each system's rows come from, in a first load, one by pages, and a later one.
MAIN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "shopify": {
        "first": ("bulk_file", "bulk_operation"),
        "first, paged": ("orders",),
        "later": ("orders",),
    },
    "stripe": {"first": ("charges",), "later": ("events",)},
    "hubspot": {"first": ("contacts",), "later": ("contacts_search",)},
    "salesforce": {"first": ("contacts",), "later": ("contacts",)},
    "zendesk": {"first": ("users",), "later": ("users",)},
    "aftership": {"first": ("trackings",), "later": ("trackings",)},
    "ecb": {"first": ("exchange_rates",), "later": ("exchange_rates",)},
    "treasury": {"first": ("rates",), "later": ("rates",)},
    "email_tool": {"first": ("statements",), "later": ("statements",)},
    "adyen": {"first": ("settlement_reports",), "later": ("settlement_reports",)},
    "paypal": {"first": ("transactions",), "later": ("transactions",)},
    "bank": {"first": ("statements",), "later": ("statements",)},
    "erp": {"first": ("item_costs",), "later": ("item_costs",)},
}
# How a load asks: the whole history, the same by Shopify's pages, what is new a month later.
FIRST, PAGED, LATER = "first", "first, paged", "later"
ALWAYS = 1000
LANDED = "_dlt_load_id", "_received_at"  # when we came to know, not what we know
Rows = dict[str, set[tuple]]


@dataclass(frozen=True)
class Case:
    phase: str
    system: str
    endpoint: str
    kind: str
    after: int = 0
    times: int = 1

    def __str__(self) -> str:
        later = f", after {self.after}" if self.after else ""
        return f"{self.phase}: {self.system} {self.endpoint} {self.title}{later}"

    @property
    def title(self) -> str:
        return self.kind if self.times == 1 else f"{self.kind}, lasting"


@dataclass(frozen=True)
class Outcome:
    """What became of a load that met a fault.

    ``healed``; ``loud`` (it failed, is on record, and the next one mends it); ``dead-lettered`` (the same, after
    every try: the stream has a letter); or what must never be: ``silent``, ``lost`` (the next load does not
    mend it), ``unrecorded``. ``not asked``: the load never came to that endpoint.
    """

    word: str
    said: str = ""

    @property
    def is_well(self) -> bool:
        return self.word in {"healed", "loud", "dead-lettered", "not asked"}


@dataclass
class Stage:
    """The served group in two worlds, and what a clean load of each account lands."""

    folder: Path
    served: serve.Group
    group: Group
    worlds: dict[str, World]
    clean: dict[tuple[str, str], Rows] = field(default_factory=dict)

    def account(self, system: str) -> Account:
        return self.group.account(ACCOUNTS[system])

    def show(self, phase: str) -> None:
        world = self.worlds[LATER if phase == LATER else FIRST]
        if self.served.world is not world:
            self.served.show(world)

    def load(self, account: Account, folder: Path, phase: str) -> None:
        above = shopify_load.BULK_ABOVE
        shopify_load.BULK_ABOVE = 1_000_000 if phase == PAGED else above
        try:
            path = folder / "warehouse.duckdb"
            workdir = load.workdir_of(path)
            prepared = load.extract_account(account, self.group, workdir, path, PATIENCE)
            load.load_prepared(prepared, path)
        finally:
            shopify_load.BULK_ABOVE = above

    def expected(self, system: str, phase: str) -> Rows:
        """What a load without a fault lands, after which it is kept for those that go on from there."""
        if (phase, system) not in self.clean:
            self.show(phase)
            folder = self.start(system, phase, f"clean {phase}")
            self.load(self.account(system), folder, phase)
            self.clean[phase, system] = rows(system, folder)
        return self.clean[phase, system]

    def start(self, system: str, phase: str, name: str) -> Path:
        """An empty folder, or for what comes later a copy of what a clean first load left."""
        folder = self.folder / system / name
        shutil.rmtree(folder, ignore_errors=True)
        if phase == LATER:
            self.expected(system, FIRST)
            shutil.copytree(self.folder / system / f"clean {FIRST}", folder)
            self.show(phase)
        else:
            folder.mkdir(parents=True)
        return folder

    def play(self, case: Case) -> Outcome:
        expected = self.expected(case.system, case.phase)
        self.show(case.phase)
        folder = self.start(case.system, case.phase, "faulty")
        account = self.account(case.system)
        armed = Fault(
            case.system,
            case.endpoint,
            case.kind,
            times=case.times,
            after=case.after,
            seconds=0.3,
            retry_after=0.2,
        )
        self.served.faults.clear()
        self.served.faults.arm(armed)
        said = ""
        try:
            self.load(account, folder, case.phase)
        except LoadError as error:
            said = str(error)
        finally:
            self.served.faults.clear()
        if not armed.fired:
            return Outcome("not asked")
        if not said:
            wrong = differences(expected, rows(case.system, folder))
            return Outcome("silent", wrong) if wrong else Outcome("healed")
        self.load(account, folder, case.phase)
        wrong = differences(expected, rows(case.system, folder))
        if wrong:
            return Outcome("lost", f"{said} | {wrong}")
        return Outcome(recorded(case.system, folder), said)


def recorded(system: str, folder: Path) -> str:
    """What the warehouse says of a load that failed and was mended."""
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as con:
        failed, letters = con.execute(
            f"""select (select count(*) from raw_{system}.load_completeness where status <> 'complete'),
                       (select count(*) from raw_{system}.dead_letters where source_id like 'stream:%')"""
        ).fetchall()[0]
    if not failed:
        return "unrecorded"
    return "dead-lettered" if letters else "loud"


def rows(system: str, folder: Path) -> Rows:
    """Every version that stands in raw, once, without when it came."""
    left_out = ", ".join(LANDED)
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as con:
        return {
            table: set(
                con.execute(
                    f"select to_json(t)::varchar from"
                    f" (select * exclude ({left_out}) from raw_{system}.{table}) as t"
                ).fetchall()
            )
            for table, _ in raw_tables(source_of(system).TABLES)
            if table not in {"load_completeness", "dead_letters", "api_usage"}
        }


def differences(expected: Rows, found: Rows) -> str:
    said = [
        f"{table}: {len(expected[table] - found[table])} missing,"
        f" {len(found[table] - expected[table])} too many"
        for table in expected
        if expected[table] != found[table]
    ]
    return "; ".join(said)


def cases(modules: Mapping[str, Any]) -> list[Case]:
    """Every kind on every endpoint a load may ask; pages go wrong at the first and at the second one."""
    found = []
    for phase in (FIRST, PAGED, LATER):
        for system in ACCOUNTS if phase != PAGED else ("shopify",):
            module = modules[system]
            for endpoint in module.ENDPOINTS:
                refused = getattr(module, "REFUSED", {}).get(endpoint, {})
                kinds = [*TRANSPORT_KINDS, *ACCESS_KINDS] if phase != PAGED else []
                asked = [(kind, 0) for kind in kinds]
                # These are first asked whether we may read them.
                places = (1, 2) if system in ("stripe", "salesforce") else (0, 1)
                asked += [(kind, after) for kind in PAGE_KINDS for after in places]
                found += [
                    # A scope that is missing is missing whenever it is asked for; the rest passes.
                    Case(phase, system, endpoint, *a, ALWAYS if a[0] == "missing_scope" else 1)
                    for a in asked
                    if a[0] not in refused
                ]
    return found


def main_cases(modules: Mapping[str, Any]) -> list[Case]:
    """Those at the endpoints where each system's rows come from."""
    return [
        case for case in cases(modules) if case.endpoint in MAIN[case.system].get(case.phase, ())
    ]


def lasting_cases() -> list[Case]:
    """A vendor that is down for longer than a load has patience, where each system's rows come from."""
    return [
        Case(phase, system, MAIN[system][phase][0], "500", times=ALWAYS)
        for phase in (FIRST, LATER)
        for system in ACCOUNTS
    ]


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """The group served in this process, so that it can be armed and moved between two loads at once."""
    worlds = {FIRST: WORLD.build(), LATER: WORLD.advanced(DAYS).build()}
    log = folder / "requests.jsonl"
    with serve.running(worlds[FIRST], WORLD.name, log, GENEROUS) as served:
        file = folder / "group.toml"
        sandbox_group_file.write(file, worlds[FIRST], served, WORLD.name)
        added = group_file.read_env(file.with_name("group.toml.env"))
        try:
            yield Stage(folder, served, group_file.load(file), worlds)
        finally:
            for name in added:
                os.environ.pop(name, None)


def matrix(played: Mapping[Case, Outcome]) -> str:
    """One line per phase, system and kind: how many of its cases came out how."""
    lines = {}
    for case, outcome in played.items():
        counts = lines.setdefault((case.phase, case.system, case.title), {})
        counts[outcome.word] = counts.get(outcome.word, 0) + 1
    return "\n".join(
        f"{phase:<14}{system:<11}{kind:<18}"
        + ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
        for (phase, system, kind), counts in lines.items()
    )


def main() -> None:
    only = set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on:
        played = {}
        for case in [*cases(on.served.faults.vendors), *lasting_cases()]:
            if not only <= {case.system, case.phase, case.kind, case.endpoint}:
                continue
            played[case] = outcome = on.play(case)
            if outcome.word != "not asked":
                print(f"{outcome.word:<10}{case}: {outcome.said[:200]}", flush=True)
        print(matrix(played))


if __name__ == "__main__":
    main()
