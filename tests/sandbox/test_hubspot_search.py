"""CRM search over its socket: filters, sorts, the ten thousandth result, and what is never found."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from sandbox.hubspot.limits import Limits
from sandbox.hubspot.server import application
from sandbox.world import World, build
from sandbox.world.accounts import CRM
from tests.sandbox.account_client import ServeAccount

KEY = {"Authorization": "Bearer pat-eu1-test"}
SEARCH = "/crm/v3/objects/contacts/search"
GENEROUS = Limits(burst=1_000_000, searches_per_second=1_000_000)
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def world() -> World:
    return build(seed=6, days=120, orders=900)


@pytest.fixture(scope="module")
def serve(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeAccount]:
    factory = ServeAccount(world, tmp_path_factory.mktemp("hubspot"))
    yield factory
    factory.stop()


@pytest.fixture(scope="module")
def ask(serve: ServeAccount, world: World) -> Ask:
    client = serve("hubspot", application(world, CRM, "pat-eu1-test", GENEROUS), KEY)

    def search(*filters: dict[str, Any], **more: Any) -> httpx.Response:
        body: dict[str, Any] = {"filterGroups": [{"filters": list(filters)}] if filters else []}
        return client.post(SEARCH, json=body | more)

    return search


def where(name: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    said = {} if value is None else {"value": value}
    return {"propertyName": name, "operator": operator, **said, **more}


def found(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["total"] == len(body["results"]), "the test asks for all"
    return {row["id"] for row in body["results"]}


def truth(world: World, condition: str) -> set[str]:
    rows = world.con.execute(
        f"select id from hubspot.contacts where not archived and ({condition})"
    ).fetchall()
    return {key for (key,) in rows}


def milliseconds(world: World, days: int) -> str:
    return str(int(world.clock.timestamp() * 1000) - days * 86_400_000)


def iso(world: World, days: int) -> str:
    ((text,),) = world.con.execute(
        "select strftime(make_timestamp_ms(?), '%Y-%m-%dT%H:%M:%S.%gZ')",
        [int(milliseconds(world, days))],
    ).fetchall()
    return text


def test_every_operator_finds_what_it_says(world: World, ask: Ask):
    since, until = milliseconds(world, 20), milliseconds(world, 10)
    first, last = iso(world, 20), iso(world, 10)
    (one, two, *_) = sorted(truth(world, "properties.email is not null"))
    ((email,),) = world.con.execute(
        "select properties.email from hubspot.contacts where id = ?", [one]
    ).fetchall()
    date = "properties.lastmodifieddate"
    for filters, condition in (
        (where("email", "EQ", email.upper()), f"id = '{one}'"),
        (where("country", "NEQ", "DE"), "properties.country <> 'DE'"),
        (where("lastmodifieddate", "GT", since), f"{date} > '{first}'"),
        (where("lastmodifieddate", "GTE", first), f"{date} >= '{first}'"),
        (where("hs_object_id", "LT", two), f"cast(id as bigint) < {two}"),
        (where("hs_object_id", "LTE", two), f"cast(id as bigint) <= {two}"),
        (
            where("lastmodifieddate", "BETWEEN", since, highValue=until),
            f"{date} between '{first}' and '{last}'",
        ),
        (where("vip_tier", "IN", values=["vip", "gold"]), "properties.vip_tier in ('vip', 'gold')"),
        (where("country", "NOT_IN", values=["de"]), "properties.country <> 'DE'"),
        (
            where("shopify_customer_id", "HAS_PROPERTY"),
            "properties.shopify_customer_id is not null",
        ),
        (where("phone", "NOT_HAS_PROPERTY"), "properties.phone is null"),
        (where("email", "CONTAINS_TOKEN", "gmail"), "properties.email like '%@gmail.%'"),
    ):
        expected = truth(world, condition)
        assert expected, filters
        answer = ask(filters, limit=200)
        assert answer.json()["total"] == len(expected), filters
        if len(expected) <= 200:
            assert found(answer) == expected, filters


def test_filters_of_a_group_all_hold_and_groups_are_alternatives(world: World, ask: Ask):
    german, tiered = where("country", "EQ", "DE"), where("vip_tier", "HAS_PROPERTY")
    both = truth(world, "properties.country = 'DE' and properties.vip_tier is not null")
    either = truth(world, "properties.country = 'DE' or properties.vip_tier is not null")
    assert found(ask(german, tiered, limit=200)) == both
    groups = [{"filters": [german]}, {"filters": [tiered]}]
    assert ask(filterGroups=groups, limit=0).json()["total"] == len(either)


def test_pages_go_by_offset_in_one_order(world: World, ask: Ask):
    for sorts, descending in (
        ([{"propertyName": "lastmodifieddate", "direction": "DESCENDING"}], True),
        (["lastmodifieddate"], False),
    ):
        rows: list[tuple[str, str]] = []
        after: str | None = None
        while True:
            body = ask(sorts=sorts, limit=37, **({"after": after} if after else {})).json()
            rows += [(r["properties"]["lastmodifieddate"], r["id"]) for r in body["results"]]
            after = body.get("paging", {}).get("next", {}).get("after")
            if after is None:
                break
        assert len(rows) == len(set(rows)) == body["total"] == len(truth(world, "true"))
        times = [at for at, _ in rows]
        assert times == sorted(times, reverse=descending)
    assert len(ask().json()["results"]) == 10


def test_archived_and_merged_contacts_are_never_found(world: World, ask: Ask):
    archived = world.con.execute("select id from hubspot.contacts where archived").fetchall()
    merged = world.con.execute("select id from hubspot.merges where object = 'contact'").fetchall()
    for (key,) in [*archived[:3], *merged[:3]]:
        assert ask(where("hs_object_id", "EQ", key)).json()["total"] == 0
    winners = truth(world, "properties.hs_merged_object_ids is not null")
    assert found(ask(where("hs_merged_object_ids", "HAS_PROPERTY"), limit=200)) == winners


def test_beyond_ten_thousand_and_beyond_the_documented_limits_is_refused(ask: Ask):
    german = where("country", "EQ", "DE")
    for answer in (
        ask(limit=201),
        ask(limit=200, after="9801"),
        ask(limit=1, after="10000"),
        ask(filterGroups=[{"filters": [german]}] * 6),
        ask(*[german] * 7),
        ask(filterGroups=[{"filters": [german] * 4}] * 5),
        ask(where("country", "LIKE", "D")),
        ask(where("no_such_property", "EQ", "D")),
        ask(where("country", "EQ")),
        ask(where("country", "IN", "DE")),
        ask(where("lastmodifieddate", "GT", "yesterday")),
        ask(sorts=["email", "phone"]),
        ask(after="x"),
    ):
        assert answer.status_code == 400
        assert answer.json()["category"] == "VALIDATION_ERROR"
    assert ask(limit=200, after="9800").status_code == 200


def test_companies_say_when_they_changed_under_their_own_name(serve: ServeAccount, world: World):
    client = serve("hubspot", application(world, CRM, "pat-eu1-test", GENEROUS), KEY)
    path = "/crm/v3/objects/companies/search"
    right = {"filters": [where("hs_lastmodifieddate", "GT", "0")]}
    wrong = {"filters": [where("lastmodifieddate", "GT", "0")]}
    assert client.post(path, json={"filterGroups": [right]}).json()["total"] > 1
    assert client.post(path, json={"filterGroups": [wrong]}).status_code == 400


def test_an_index_that_lags_hides_what_changed_last(serve: ServeAccount, world: World):
    lagging = Limits(searches_per_second=1_000, index_lag_seconds=10 * 86_400)
    client = serve("hubspot", application(world, CRM, "pat-eu1-test", lagging), KEY)
    seen = client.post(SEARCH, json={"limit": 0}).json()["total"]
    hidden = truth(world, f"properties.lastmodifieddate > '{iso(world, 10)[:19]}.999Z'")
    assert hidden
    assert seen == len(truth(world, "true")) - len(hidden)


def test_five_searches_a_second_and_no_limits_in_their_headers(serve: ServeAccount, world: World):
    client = serve("hubspot", application(world, CRM, "pat-eu1-test", Limits()), KEY)
    answers = [client.post(SEARCH, json={}) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert answers[-1].json()["policyName"] == "SECONDLY"
    time.sleep(1.1)
    answer = client.post(SEARCH, json={})
    assert answer.status_code == 200
    assert "X-HubSpot-RateLimit-Daily" not in answer.headers
