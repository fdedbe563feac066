"""Zendesk into raw: increments, identities, deletions; an export is believed when it reads the same twice."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.responses import Response

from ingestion.errors import IncompleteLoad, MissingScope, MissingSecret
from ingestion.group import Account
from ingestion.load import LoadResult
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.tiny_desk import (
    SECRET,
    TICKETS,
    USERS,
    TinyDesk,
    answer,
    identity,
    open_desk,
    ticket,
    user,
)

LATER = "2026-10-15T06:10:00Z"
HOUR_LATER = "Thu, 15 Oct 2026 07:00:00 GMT"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_SECRET", SECRET)


@pytest.fixture
def desk() -> Iterator[TinyDesk]:
    with open_desk(TinyDesk()) as opened:
        yield opened


def desk_account(desk: TinyDesk, rate: int | None = 1000) -> Account:
    return replace(account_of(desk.base_url, "support", "zendesk"), endpoint_rate=rate)


def load(warehouse: Warehouse, desk: TinyDesk) -> LoadResult:
    return warehouse.load(desk_account(desk))


def newest(warehouse: Warehouse, columns: str, table: str = "users") -> list[tuple]:
    return warehouse.query(
        f"select {columns} from raw_zendesk.{table} qualify row_number() over (partition by account, id"
        " order by _version_at desc, _received_at desc, _version_hash desc) = 1 order by id"
    )


def identities(warehouse: Warehouse) -> list[tuple]:
    """As staging may read them: those of each user's newest version."""
    return warehouse.query(
        """with newest as (
            select * from raw_zendesk.users qualify row_number() over (partition by account, id
            order by _version_at desc, _received_at desc, _version_hash desc) = 1)
        select distinct user_id, identities.type, identities.value
        from raw_zendesk.user_identities as identities
        join newest on identities.account = newest.account and identities.user_id = newest.id
            and identities._version_at = newest._version_at
            and identities._received_at = newest._received_at
        order by all"""
    )


def completeness(result: LoadResult) -> dict[str, tuple[int | None, int]]:
    return {check.stream: (check.expected, check.landed) for check in result.completeness}


def test_users_land_with_their_identities_and_tickets_with_their_fields(
    desk: TinyDesk, warehouse: Warehouse
):
    desk.users = [user(9007199254740993, name="+49 160 1"), user(2, role="agent")]
    desk.identities = [
        identity(1, 9007199254740993, "p@example.de"),
        identity(2, 9007199254740993, "+491601", "phone_number"),
    ]
    desk.tickets = [ticket(7, requester_id=9007199254740993)]
    result = load(warehouse, desk)
    assert newest(warehouse, "id, name, role, active, _version_at::varchar") == [
        ("2", "Person 2", "agent", True, "2026-10-01 10:00:00"),
        ("9007199254740993", "+49 160 1", "end-user", True, "2026-10-01 10:00:00"),
    ]
    assert identities(warehouse) == [
        ("9007199254740993", "email", "p@example.de"),
        ("9007199254740993", "phone_number", "+491601"),
    ]
    assert newest(
        warehouse, "requester_id, status, via__channel, tags, _version_at::varchar", "tickets"
    ) == [("9007199254740993", "open", "email", '["return"]', "2026-10-01 10:00:00")]
    assert warehouse.query("select id, value from raw_zendesk.ticket_fields order by 1") == [
        *(("3600", "#1001"), ("3601", None))
    ]
    assert completeness(result) == {"users": (2, 2), "tickets": (1, 1)}
    assert (result.dead_letters, newest(warehouse, "_extra")) == (0, [(None,), (None,)])


def test_only_what_changed_is_asked_for_and_an_identity_taken_away_is_gone(
    desk: TinyDesk, warehouse: Warehouse
):
    desk.users = [user(n, f"2026-10-{n:02d}T00:00:00Z") for n in (1, 2, 3)]
    desk.identities = [identity(n, 1, f"{n}@example.de") for n in (1, 2)]
    load(warehouse, desk)
    desk.seen.clear()
    desk.clock = HOUR_LATER
    desk.users[0] = user(1, LATER)
    del desk.identities[0]
    result = load(warehouse, desk)
    assert completeness(result)["users"] == (2, 2)  # the newest of before among them
    assert identities(warehouse) == [("1", "email", "2@example.de")]
    assert desk.asked(USERS)[0] == {
        "start_time": "1790985480",  # two minutes before the third user changed
        "per_page": "1000",
        "include": "identities",
    }


def test_a_deleted_user_stays_without_addresses_and_a_deleted_ticket_says_so(
    desk: TinyDesk, warehouse: Warehouse
):
    desk.users, desk.tickets = [user(1)], [ticket(7)]
    desk.identities = [identity(1, 1, "p1@example.de")]
    load(warehouse, desk)
    desk.clock = HOUR_LATER
    desk.users = [user(1, LATER, active=False, email=None)]
    desk.tickets = [ticket(7, LATER, status="deleted")]
    desk.identities = []
    load(warehouse, desk)
    assert newest(warehouse, "active, email") == [(False, None)]
    assert newest(warehouse, "status", "tickets") == [("deleted",)]
    assert identities(warehouse) == []


@pytest.mark.soak
def test_a_change_of_the_system_is_a_version_though_the_updated_time_stays(
    desk: TinyDesk, warehouse: Warehouse
):
    desk.tickets = [ticket(7)]
    load(warehouse, desk)
    desk.clock = HOUR_LATER
    desk.tickets = [ticket(7, status="closed", generated_timestamp=1792044600)]
    load(warehouse, desk)
    assert newest(warehouse, "status", "tickets") == [("closed",)]


@pytest.mark.parametrize(
    "pages",
    [
        ["missing"],
        ["none", "missing"],
        ["none", "none", "duplicate"],
        ["early end"],
        ["none", "none", "none", "missing"],
        ["none", "none", "none", "none", "no identities"],
    ],
    ids=" ".join,
)
@pytest.mark.soak
def test_an_export_whose_readings_differ_is_read_again(
    desk: TinyDesk, warehouse: Warehouse, pages: list[str]
):
    desk.most, desk.users = 4, [user(n) for n in range(1, 12)]
    desk.identities = [identity(n, n, f"p{n}@example.de") for n in range(1, 12)]
    desk.pages = pages
    load(warehouse, desk)
    assert warehouse.query("select count(distinct id) from raw_zendesk.users") == [(11,)]
    assert len(identities(warehouse)) == 11


@pytest.mark.soak
def test_an_export_that_never_reads_the_same_ends_the_load_and_keeps_nothing(
    desk: TinyDesk, warehouse: Warehouse
):
    desk.most, desk.users = 4, [user(n) for n in range(1, 12)]
    desk.pages = ["missing"] * 60
    with pytest.raises(IncompleteLoad, match="users"):
        load(warehouse, desk)
    desk.pages = []
    assert load(warehouse, desk).rows["users"] == 11


@pytest.mark.soak
def test_a_row_that_changes_while_the_export_is_read_comes_in_its_newer_version(
    desk: TinyDesk, warehouse: Warehouse
):
    desk.users = [user(1), user(2)]

    def change(path: str, given: object) -> None:
        if len(desk.asked(USERS)) == 2:  # the second reading begins
            desk.users[0] = user(1, "2026-10-15T05:59:30Z", name="Ada")

    desk.moods = [change]
    load(warehouse, desk)
    assert newest(warehouse, "name") == [("Ada",), ("Person 2",)]
    assert len(desk.asked(USERS)) == 3


@pytest.mark.soak
def test_an_export_without_what_it_was_asked_to_include_is_no_answer(
    desk: TinyDesk, warehouse: Warehouse
):
    body = {"users": [user(1)], "end_of_stream": True, "after_cursor": None}
    desk.moods = [lambda path, given: answer(body) if path == USERS else None]
    with pytest.raises(IncompleteLoad, match="without the 'identities'"):
        load(warehouse, desk)


@pytest.mark.parametrize(
    "response",
    [
        Response(status_code=429, headers={"Retry-After": "0.05"}),
        Response(status_code=429, headers={"ratelimit-reset": "0"}),
        Response(status_code=503),
        Response(b"<html>busy</html>"),
    ],
    ids=["429", "429-reset", "503", "html"],
)
@pytest.mark.soak
def test_a_passing_fault_is_tried_again(desk: TinyDesk, warehouse: Warehouse, response: Response):
    desk.users = [user(1)]
    desk.moods = [lambda path, given: response if path == USERS else None] * 2
    assert load(warehouse, desk).rows["users"] == 1


@pytest.mark.parametrize("role", ["agent", None])
def test_only_an_admin_may_export_and_nothing_is_read_by_another(
    desk: TinyDesk, warehouse: Warehouse, role: str | None
):
    desk.role = role
    with pytest.raises(MissingScope, match="only an admin may use the incremental exports"):
        load(warehouse, desk)
    assert desk.asked(USERS) == []


@pytest.mark.parametrize(
    ("said", "error"), [("token-alone", MissingSecret), ("a@b.de/token:no", MissingScope)]
)
@pytest.mark.soak
def test_a_secret_that_is_none_is_named(
    desk: TinyDesk,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    error: type[Exception],
):
    monkeypatch.setenv("TINY_SECRET", said)
    with pytest.raises(error, match="TINY_SECRET"):
        load(warehouse, desk)


@pytest.mark.soak
def test_exports_have_a_budget_of_a_minute_beside_the_accounts(
    desk: TinyDesk, warehouse: Warehouse
):
    desk.users = [user(1)]
    warehouse.load(desk_account(desk, rate=None))
    used = warehouse.query(
        "select api, period, allowed, used, status from raw_zendesk.api_usage order by 1"
    )
    exports = len(desk.asked(USERS)) + len(desk.asked(TICKETS))
    assert used == [
        ("account", "minute", 700, exports + 1, "ok"),
        ("incremental exports", "minute", 10, exports, "ok"),
    ]
