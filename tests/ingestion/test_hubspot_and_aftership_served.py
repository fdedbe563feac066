"""HubSpot and AfterShip as the sandbox plays them: whole worlds, its clock, every fault it can play."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingestion import group as group_file
from ingestion.errors import LoadError, MissingScope, VendorError
from ingestion.group import Group
from ingestion.load import LoadResult
from sandbox import control_client
from sandbox.faults import ACCESS_KINDS, PAGE_KINDS, TRANSPORT_KINDS
from tests.ingestion.conftest import HURRIED, Warehouse
from tests.sandbox.process import Serving

ACCOUNTS = ("crm", "parcels")
ROOTS = ("hubspot.contacts", "hubspot.companies", "aftership.trackings")
CHILDREN = {
    "hubspot.contact_companies": ("contact_id", "hubspot.contacts"),
    "aftership.checkpoints": ("tracking_id", "aftership.trackings"),
}
TRANSPORT = tuple(kind for kind in TRANSPORT_KINDS if kind != "slow")
PAGES = tuple(PAGE_KINDS)
PATIENT = replace(HURRIED, attempts=20)


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    file = tmp_path_factory.mktemp("served") / "group.toml"
    serving = Serving(file, "--seed", "5", "--orders", "300", "--days", "200")
    yield serving
    serving.end()


@pytest.fixture
def group(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    for name, value in serving.secrets.items():
        monkeypatch.setenv(name, value)
    yield group_file.load(serving.file)
    ask(serving, "DELETE", "/fault")
    ask(serving, "POST", "/reset")


def ask(serving: Serving, method: str, path: str, body: dict | None = None) -> Any:
    return control_client.ask(Path(serving.file), method, path, body)


def fault(serving: Serving, system: str, endpoint: str, kind: str, **more: float) -> None:
    given = {"system": system, "endpoint": endpoint, "kind": kind, **more}
    ask(serving, "POST", "/fault", given)


def load(group: Group, warehouse: Warehouse, *accounts: str) -> list[LoadResult]:
    return [warehouse.load(group.account(name), PATIENT) for name in accounts or ACCOUNTS]


def newest(table: str) -> str:
    return f"""(select * from raw_{table} qualify row_number() over (partition by account, id
        order by _version_at desc, _received_at desc, _version_hash desc) = 1)"""


def current(warehouse: Warehouse) -> dict[str, list[tuple]]:
    """What staging sees: the newest version of each object, and the children of just that version."""
    without = "* exclude (_dlt_load_id, _received_at)"
    found = {
        table: warehouse.query(f"select {without} from {newest(table)} order by all")
        for table in ROOTS
    }
    for table, (parent, root) in CHILDREN.items():
        found[table] = warehouse.query(
            f"""select distinct children.{without} from raw_{table} as children
            join {newest(root)} as roots on children.account = roots.account
                and children.{parent} = roots.id and children._version_at = roots._version_at
                and children._received_at = roots._received_at order by all"""
        )
    return found


def merged_away(warehouse: Warehouse) -> set[str]:
    """Contacts that another one names as part of itself; a later load gives them no more."""
    listed = warehouse.query(
        f"""select unnest(string_split(properties__hs_merged_object_ids, ';'))
        from {newest("hubspot.contacts")}"""
    )
    return {contact for (contact,) in listed}


def test_a_first_load_is_whole(group: Group, warehouse: Warehouse):
    crm, parcels = load(group, warehouse)
    for result in (crm, parcels):
        assert result.dead_letters == 0
        assert [c for c in result.completeness if c.expected != c.landed] == []
    for table in ROOTS:
        assert warehouse.query(f"select count(*) from raw_{table} where _extra is not null") == [
            (0,)
        ], table
    of = {check.stream: check.landed for check in (*crm.completeness, *parcels.completeness)}
    assert of["contacts"] > 100
    assert of["trackings"] > 100
    assert min(of[f"archived_{kind}"] + of[kind] for kind in ("contacts", "companies")) > 0
    assert warehouse.query("select bool_or(archived) from raw_hubspot.contacts") == [(True,)]
    assert merged_away(warehouse)
    assert len(current(warehouse)["hubspot.contact_companies"]) > 0
    assert (
        warehouse.query(
            "select count(*) from raw_aftership.trackings where number_hash is null or order_id is null"
        )[0][0]
        < 20
    )


def test_run_twice_nothing_new_is_claimed(group: Group, warehouse: Warehouse):
    load(group, warehouse)
    before = current(warehouse)
    load(group, warehouse)
    assert current(warehouse) == before
    for table in ROOTS:
        versions = f"select count(distinct (account, id, _version_hash)), count(distinct id) from raw_{table}"
        assert len(set(warehouse.query(versions)[0])) == 1, table


def test_after_the_clock_moved_an_increment_equals_a_full_load(
    serving: Serving, group: Group, warehouse: Warehouse
):
    load(group, warehouse)
    first = current(warehouse)
    ask(serving, "POST", "/advance", {"days": 30})
    results = load(group, warehouse)
    increment = {c.stream: c.landed for result in results for c in result.completeness}
    whole = Warehouse(warehouse.path.with_name("whole.duckdb"))
    load(group, whole)
    mine, theirs = current(warehouse), current(whole)
    gone = merged_away(whole)
    mine["hubspot.contacts"] = [row for row in mine["hubspot.contacts"] if row[0] not in gone]
    mine["hubspot.contact_companies"] = [
        row for row in mine["hubspot.contact_companies"] if row[0] not in gone
    ]
    assert mine == theirs
    assert theirs != first
    assert 0 < increment["contacts"] < len(theirs["hubspot.contacts"]) / 2
    assert 0 < increment["trackings"] < len(theirs["aftership.trackings"]) / 2


@pytest.mark.soak
@pytest.mark.parametrize(
    ("system", "endpoint", "kinds"),
    [
        ("hubspot", "contacts", TRANSPORT + PAGES),
        ("hubspot", "contacts_search", TRANSPORT + PAGES),
        ("hubspot", "companies", TRANSPORT + PAGES),
        ("hubspot", "companies_search", TRANSPORT + PAGES),
        ("hubspot", "associations", TRANSPORT),
        ("aftership", "trackings", TRANSPORT + PAGES),
    ],
)
def test_every_passing_fault_twice_on_one_load_is_healed(
    serving: Serving,
    group: Group,
    warehouse: Warehouse,
    system: str,
    endpoint: str,
    kinds: tuple[str, ...],
):
    name = {"hubspot": "crm", "aftership": "parcels"}[system]
    if endpoint.endswith("_search"):  # what increments are asked by
        load(group, warehouse, name)
        ask(serving, "POST", "/advance", {"days": 3})
    for kind in kinds:
        fault(serving, system, endpoint, kind, times=2, retry_after=0.05)
    result = warehouse.load(group.account(name), PATIENT)
    assert [c for c in result.completeness if c.expected != c.landed] == []
    assert all(armed["fired"] for armed in ask(serving, "GET", "/fault"))
    whole = Warehouse(warehouse.path.with_name("whole.duckdb"))
    load(group, whole, name)
    gone = merged_away(whole) if system == "hubspot" else set()
    for table in (table for table in ROOTS if table.startswith(system)):
        query = f"select * exclude (_dlt_load_id, _received_at) from {newest(table)} order by all"
        assert [r for r in warehouse.query(query) if r[0] not in gone] == whole.query(query), table


@pytest.mark.parametrize("kind", [*ACCESS_KINDS, pytest.param("500", marks=pytest.mark.soak)])
@pytest.mark.parametrize(
    ("system", "endpoint"), [("hubspot", "companies"), ("aftership", "trackings")]
)
def test_a_lasting_fault_is_loud_and_keeps_nothing(
    serving: Serving, group: Group, warehouse: Warehouse, system: str, endpoint: str, kind: str
):
    name = {"hubspot": "crm", "aftership": "parcels"}[system]
    fault(serving, system, endpoint, kind, times=50)
    with pytest.raises(LoadError) as caught:
        load(group, warehouse, name)
    expected = MissingScope if kind == "missing_scope" else VendorError
    assert type(caught.value) is expected
    assert name in str(caught.value)
    assert not warehouse.path.exists()
    ask(serving, "DELETE", "/fault")
    (result,) = load(group, warehouse, name)
    assert [c for c in result.completeness if c.expected != c.landed] == []
