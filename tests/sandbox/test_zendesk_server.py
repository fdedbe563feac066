"""Zendesk over its socket: exports by cursor and by time, identities, deleted users, limits and refusals."""

import base64
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.world import World
from sandbox.world.accounts import SUPPORT
from sandbox.world.people import person
from sandbox.world.salesforce_people import outsider
from sandbox.zendesk.limits import Limits
from sandbox.zendesk.server import application
from tests.sandbox.account_client import ServeAccount

SECRET = "warehouse@nordlicht.example/token:test"
KEY = {"Authorization": f"Basic {base64.b64encode(SECRET.encode()).decode()}"}
EXPORT = "/api/v2/incremental"


@pytest.fixture(scope="module")
def serve(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeAccount]:
    factory = ServeAccount(small_world, tmp_path_factory.mktemp("zendesk"))
    yield factory
    factory.stop()


@pytest.fixture(scope="module")
def desk(serve: ServeAccount, small_world: World) -> httpx.Client:
    return serve("zendesk", application(small_world, SUPPORT, SECRET), KEY)


def by_cursor(desk: httpx.Client, kind: str, size: int, **params: Any) -> list[dict[str, Any]]:
    found, asked = [], {"start_time": 0, "per_page": size, **params}
    while True:
        answer = desk.get(f"{EXPORT}/{kind}/cursor.json", params=asked)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found += body[kind]
        if body["end_of_stream"]:
            again = desk.get(body["after_url"]).json()
            assert (again[kind], again["end_of_stream"]) == ([], True)
            return found
        asked = {"cursor": body["after_cursor"], "per_page": size}


def by_time(desk: httpx.Client, kind: str, size: int) -> list[dict[str, Any]]:
    found, url = [], f"{EXPORT}/{kind}.json?start_time=0&per_page={size}"
    while True:
        body = desk.get(url).json()
        assert body["count"] == len(body[kind])
        found += body[kind]
        if body["end_of_stream"]:
            return found
        assert f"start_time={body['end_time']}" in body["next_page"]
        url = body["next_page"]


def told(world: World, table: str) -> set[int]:
    query = f"select id from zendesk.{table} where _account = 'support'"
    return {given for (given,) in world.con.execute(query).fetchall()}


@pytest.mark.parametrize("kind", ["users", "tickets"])
def test_an_export_by_cursor_gives_everything_once(
    small_world: World, desk: httpx.Client, kind: str
):
    pages = [by_cursor(desk, kind, size) for size in (7, 1000)]
    assert pages[0] == pages[1]
    found = [row["id"] for row in pages[0]]
    assert (len(found), set(found)) == (len(set(found)), told(small_world, kind))


@pytest.mark.parametrize("kind", ["users", "tickets"])
@pytest.mark.parametrize("size", [1, 20])
def test_an_export_by_time_repeats_the_last_second_of_a_page(
    small_world: World, desk: httpx.Client, kind: str, size: int
):
    found = [row["id"] for row in by_time(desk, kind, size)]
    assert set(found) == told(small_world, kind)
    assert max(Counter(found).values()) == 2


def test_an_export_never_shows_the_last_minute(small_world: World, desk: httpx.Client):
    now = int(small_world.clock.timestamp())
    recent = desk.get(f"{EXPORT}/users/cursor.json", params={"start_time": now - 59})
    assert recent.status_code == 422
    assert "Too recent start_time" in recent.json()["description"]
    nothing = desk.get(f"{EXPORT}/users/cursor.json", params={"start_time": now - 60}).json()
    assert (nothing["users"], nothing["end_of_stream"]) == ([], True)


def test_tickets_come_by_the_time_that_the_system_touched_them(desk: httpx.Client):
    tickets = by_cursor(desk, "tickets", 1000)
    stamps = [ticket["generated_timestamp"] for ticket in tickets]
    assert stamps == sorted(stamps)
    assert {ticket["status"] for ticket in tickets} >= {"closed", "solved"}
    fields = {len(ticket["custom_fields"]) for ticket in tickets}
    assert fields == {2}


def test_identities_come_beside_users_as_they_come_one_by_one(desk: httpx.Client):
    body = desk.get(
        f"{EXPORT}/users/cursor.json",
        params={"start_time": 0, "include": "identities"},
    ).json()
    of_users: dict[int, list] = {user["id"]: [] for user in body["users"]}
    for one in body["identities"]:
        of_users[one["user_id"]].append(one)
    several = [given for given, listed in of_users.items() if len(listed) > 1]
    assert several
    for given in several[:3]:
        alone = desk.get(f"/api/v2/users/{given}/identities.json").json()
        assert alone["identities"] == of_users[given]
        assert [one["primary"] for one in of_users[given]].count(True) <= 1
    assert desk.get("/api/v2/users/1/identities.json").status_code == 404


def test_who_is_gone_is_inactive_and_tells_nothing(small_world: World, desk: httpx.Client):
    gone, url = [], "/api/v2/deleted_users.json?per_page=2"
    while url:
        body = desk.get(url).json()
        gone += body["deleted_users"]
        url = body["next_page"]
    assert body["count"] == len(gone) > 2
    users = {user["id"]: user for user in by_cursor(desk, "users", 1000)}
    assert {user["id"] for user in gone} == {u["id"] for u in users.values() if not u["active"]}
    assert {(u["email"], u["phone"]) for u in users.values() if not u["active"]} == {(None, None)}
    for user in gone[:2]:
        assert desk.get(f"/api/v2/users/{user['id']}/identities").json()["identities"] == []


def test_a_merge_leaves_the_winner_with_the_others_address_and_tickets(
    small_world: World, desk: httpx.Client
):
    winner, loser = (
        given
        for (given,) in small_world.con.execute(
            f"""select user_id from truth.zd_users
            where pid = {person("three_shops")} and slot < 2 order by slot"""
        ).fetchall()
    )
    users = {user["id"]: user for user in by_cursor(desk, "users", 1000)}
    assert (users[winner]["active"], users[loser]["active"]) == (True, False)
    listed = desk.get(f"/api/v2/users/{winner}/identities.json").json()["identities"]
    assert len([one for one in listed if one["type"] == "email"]) >= 2
    requesters = {ticket["requester_id"] for ticket in by_cursor(desk, "tickets", 1000)}
    assert winner in requesters
    assert loser not in requesters


def test_addresses_are_told_as_they_were_typed(small_world: World, desk: httpx.Client):
    users = {user["id"]: user for user in by_cursor(desk, "users", 1000)}

    def user(name: str) -> dict[str, Any]:
        (given,) = small_world.con.execute(
            f"select user_id from truth.zd_users where pid = {outsider(name)}"
        ).fetchall()[0]
        return users[given]

    assert len(user("email_10000")["email"]) == 10_000
    assert user("email_two_ats")["email"].count("@") == 2
    assert not user("email_blank")["email"].strip()
    assert (user("phone_in_name")["phone"], user("phone_in_name")["email"]) == (None, None)
    assert user("phone_in_name")["name"].startswith("+49")


def test_ten_exports_a_minute_and_then_a_wait(serve: ServeAccount, small_world: World):
    desk = serve("zendesk", application(small_world, SUPPORT, SECRET, Limits()), KEY)
    answers = [desk.get(f"{EXPORT}/users/cursor.json?start_time=0&per_page=1") for _ in range(11)]
    assert [one.status_code for one in answers] == [200] * 10 + [429]
    assert answers[0].headers["x-rate-limit"] == "700"
    assert "total=10; remaining=9;" in answers[0].headers["zendesk-ratelimit-incremental-exports"]
    assert 1 <= int(answers[10].headers["retry-after"]) <= 61
    assert answers[10].json()["error"] == "APIRateLimitExceeded"
    assert desk.get("/api/v2/users/me.json").status_code == 200


def test_only_an_admin_s_token_may_export(serve: ServeAccount, small_world: World):
    agent = serve("zendesk", application(small_world, SUPPORT, SECRET, is_admin=False), KEY)
    assert agent.get("/api/v2/users/me.json").json()["user"]["role"] == "agent"
    assert agent.get(f"{EXPORT}/users/cursor.json?start_time=0").status_code == 403
    stranger = httpx.get(f"{agent.base_url}/api/v2/users/me.json")
    assert (stranger.status_code, stranger.json()) == (401, {"error": "Couldn't authenticate you"})
