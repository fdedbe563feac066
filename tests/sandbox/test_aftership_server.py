"""AfterShip over its socket: pages, filters, the 120 days, limits and refusals."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox.aftership.limits import Limits
from sandbox.aftership.server import application, endpoint_of, error_body
from sandbox.world import World, build
from sandbox.world.accounts import PARCELS
from tests.sandbox.account_client import ServeAccount

KEY = {"as-api-key": "asat_test"}
LIST = "/tracking/2026-07/trackings"
EVER = "2020-01-01T00:00:00Z"
GENEROUS = Limits(lists_per_second=1_000_000, singles_per_second=1_000_000)


@pytest.fixture(scope="module")
def world() -> World:
    return build(seed=5, days=250, orders=500)


@pytest.fixture(scope="module")
def serve(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeAccount]:
    factory = ServeAccount(world, tmp_path_factory.mktemp("aftership"))
    yield factory
    factory.stop()


@pytest.fixture(scope="module")
def carrier(serve: ServeAccount, world: World) -> httpx.Client:
    return serve("aftership", application(world, PARCELS, "asat_test", GENEROUS), KEY)


def data(client: httpx.Client, **params: Any) -> dict[str, Any]:
    answer = client.get(LIST, params=params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["meta"] == {"code": 200}
    return body["data"]


def ids(world: World, condition: str) -> list[str]:
    query = (
        f"select id from aftership.trackings where {condition} order by created_at desc, id desc"
    )
    return [key for (key,) in world.con.execute(query).fetchall()]


def text(world: World, days: int) -> str:
    return (world.clock - timedelta(days=days)).isoformat()


def test_pages_by_cursor_give_every_tracking_once_newest_first(world: World, carrier: httpx.Client):
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = data(carrier, limit=47, created_at_min=EVER, **cursor)
        found += [tracking["id"] for tracking in page["trackings"]]
        pagination = page["pagination"]
        assert pagination["total"] == len(ids(world, "true"))
        assert pagination["has_next_page"] == (pagination["next_cursor"] is not None)
        if not pagination["has_next_page"]:
            break
        cursor = {"cursor": pagination["next_cursor"]}
        moment, last = json.loads(base64.b64decode(pagination["next_cursor"]))
        assert (last, moment > 1_700_000_000_000) == (found[-1], True)
    assert found == ids(world, "true")


def test_a_list_without_a_beginning_shows_the_last_120_days(world: World, carrier: httpx.Client):
    shown = data(carrier)["pagination"]["total"]
    assert shown == len(ids(world, f"created_at >= '{text(world, 120)}'"))
    assert shown < data(carrier, created_at_min=EVER)["pagination"]["total"]
    page = data(carrier)
    assert len(page["trackings"]) == 100


def test_every_filter_finds_what_it_says(world: World, carrier: httpx.Client):
    ((number, order),) = world.con.execute(
        "select tracking_number, order_id from aftership.trackings where order_id like '%:%' limit 1"
    ).fetchall()
    old, new = text(world, 60), text(world, 20)
    for params, condition in (
        ({"slug": "dhl,ups"}, "slug in ('dhl', 'ups')"),
        ({"tag": "Exception"}, "tag = 'Exception'"),
        ({"tracking_numbers": f"{number},17"}, f"tracking_number = '{number}'"),
        ({"order_id": order}, f"order_id = '{order}'"),
        ({"keyword": order.upper()}, f"order_id = '{order}'"),
        ({"destination": "JPN"}, "destination_country_region = 'JPN'"),
        ({"return_to_sender": "true"}, "return_to_sender"),
        ({"updated_at_min": new}, f"updated_at >= '{new}'"),
        ({"updated_at_min": old, "updated_at_max": new}, f"updated_at between '{old}' and '{new}'"),
        ({"created_at_max": new}, f"created_at <= '{new}'"),
    ):
        expected = ids(world, condition)
        assert expected, params
        found = data(carrier, limit=200, **{"created_at_min": EVER, **params})
        assert found["pagination"]["total"] == len(expected), params
        assert [t["id"] for t in found["trackings"]] == expected[:200], params


def test_a_tracking_by_its_id_is_the_lists_and_fields_can_be_chosen(carrier: httpx.Client):
    (first, *_) = data(carrier, limit=1)["trackings"]
    assert carrier.get(f"{LIST}/{first['id']}").json()["data"] == first
    (chosen,) = data(carrier, limit=1, fields="title,tag")["trackings"]
    assert chosen.keys() == {"id", "title", "tag"}
    missing = carrier.get(f"{LIST}/{'0' * 32}")
    assert (missing.status_code, missing.json()["meta"]["code"]) == (404, 4004)
    assert carrier.get(f"{LIST}/no-id").json()["meta"]["code"] == 4015


def test_bad_questions_are_refused_in_the_vendors_envelope(carrier: httpx.Client):
    for params in (
        {"limit": 201},
        {"limit": 0},
        {"cursor": "abc"},
        {"cursor": base64.b64encode(b'[1, "x"]').decode()},
        {"tag": "Gone"},
        {"created_at_min": "yesterday"},
        {"tracking_numbers": ",".join(str(n) for n in range(51))},
    ):
        answer = carrier.get(LIST, params=params)
        meta = answer.json()["meta"]
        assert (answer.status_code, meta["code"], meta["type"]) == (400, 4008, "BadRequest")
        assert next(iter(params)) in meta["message"]
    unversioned = carrier.get("/tracking/latest/trackings")
    assert (unversioned.status_code, unversioned.json()["meta"]["code"]) == (404, 404)
    wrong = carrier.get(LIST, headers={"as-api-key": "other"})
    assert (wrong.status_code, wrong.json()["meta"]["message"]) == (401, "The API Key is invalid.")


def test_six_lists_a_second(serve: ServeAccount, world: World):
    client = serve("aftership", application(world, PARCELS, "asat_test"), KEY)
    answers = [client.get(LIST, params={"limit": 1}) for _ in range(7)]
    assert [a.status_code for a in answers] == [200] * 6 + [429]
    said = answers[-1]
    assert said.json()["meta"]["type"] == "TooManyRequests"
    assert said.headers["X-RateLimit-Limit"] == "6"
    assert said.headers["X-RateLimit-Remaining"] == "0"
    reset = int(said.headers["X-RateLimit-Reset"])
    assert 0 < reset - world.clock.timestamp() <= 1
    (first, *_) = answers[0].json()["data"]["trackings"]
    assert client.get(f"{LIST}/{first['id']}").status_code == 200


def test_a_plan_may_keep_120_days_only(serve: ServeAccount, world: World):
    limits = Limits(lists_per_second=100, stored_days=120)
    client = serve("aftership", application(world, PARCELS, "asat_test", limits), KEY)
    kept = ids(world, f"created_at >= '{text(world, 120)}'")
    assert data(client, created_at_min=EVER)["pagination"]["total"] == len(kept)


def test_the_endpoint_has_one_name():
    assert endpoint_of("GET", LIST, "limit=1", b"") == "trackings"
    assert endpoint_of("GET", f"{LIST}/abc", "", b"") == "trackings"
    for status in (401, 403, 429, 500):
        assert json.loads(error_body(status))["meta"]["code"] == status
