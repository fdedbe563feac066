"""Stripe's lists as documented: newest first, pages, filters, errors, limits, permissions."""

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.stripe.access import PERMISSIONS
from sandbox.stripe.limits import Limits
from sandbox.stripe.parameters import FILTERS
from sandbox.stripe.server import ENDPOINTS, endpoint_of, error_body
from sandbox.world import World, build
from tests.sandbox.stripe_client import SECRET, ServeStripe, everything, ok


@pytest.fixture(scope="module")
def world() -> World:
    return build(seed=5, days=200, orders=900)


@pytest.fixture(scope="module")
def serve(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeStripe]:
    factory = ServeStripe(world, tmp_path_factory.mktemp("stripe"))
    yield factory
    factory.stop()


@pytest.fixture(scope="module")
def stripe(serve: ServeStripe) -> httpx.Client:
    return serve()


def refused(client: httpx.Client, path: str, status: int, **params: Any) -> dict[str, Any]:
    answer = client.get(path, params=params)
    assert answer.status_code == status, answer.text
    assert answer.headers["request-id"].startswith("req_")
    return answer.json()["error"]


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["data"]]


@pytest.mark.parametrize("resource", ENDPOINTS)
def test_a_list_read_page_by_page_is_the_table_newest_first(
    world: World, stripe: httpx.Client, resource: str
):
    found = everything(stripe, f"/v1/{resource}")
    stored = world.con.execute(
        f"select id from stripe.{resource} where _account = 'payments-gmbh' order by _seq desc"
    ).fetchall()
    assert [item["id"] for item in found] == [id_ for (id_,) in stored]
    created = [item["created"] for item in found]
    assert created == sorted(created, reverse=True)
    single = ok(stripe, f"/v1/{resource}/{found[0]['id']}")
    assert single == found[0]


def test_pages_are_ten_unless_asked_and_run_both_ways(stripe: httpx.Client):
    first = ok(stripe, "/v1/charges")
    assert (len(first["data"]), first["has_more"]) == (10, True)
    assert (first["object"], first["url"]) == ("list", "/v1/charges")
    second = ok(stripe, "/v1/charges", starting_after=ids(first)[-1])
    back = ok(stripe, "/v1/charges", ending_before=ids(second)[0], limit=4)
    assert ids(back) == ids(first)[-4:]
    assert back["has_more"] is True
    newest = ok(stripe, "/v1/charges", ending_before=ids(first)[2], limit=50)
    assert (ids(newest), newest["has_more"]) == (ids(first)[:2], False)


def test_created_bounds_a_list_and_fixes_a_second(stripe: httpx.Client):
    charges = everything(stripe, "/v1/charges")
    low, high = charges[40]["created"], charges[20]["created"]
    for params, keeps in (
        ({"created__gte": low, "created__lt": high}, lambda t: low <= t < high),
        ({"created__gt": low, "created__lte": high}, lambda t: low < t <= high),
    ):
        wanted = [c["id"] for c in charges if keeps(c["created"])]
        assert [c["id"] for c in everything(stripe, "/v1/charges", **params)] == wanted
    at = ok(stripe, "/v1/charges", created=low)
    assert {item["created"] for item in at["data"]} == {low}


def test_filters_keep_what_they_name(stripe: httpx.Client):
    charges = everything(stripe, "/v1/charges")
    customer = next(c["customer"] for c in charges if c["customer"])
    for path, column, value in (
        ("/v1/charges", "customer", customer),
        ("/v1/charges", "payment_intent", charges[3]["payment_intent"]),
        ("/v1/payment_intents", "customer", customer),
        ("/v1/balance_transactions", "type", "stripe_fee"),
        ("/v1/balance_transactions", "source", charges[-1]["id"]),
        ("/v1/balance_transactions", "currency", "eur"),
        ("/v1/payouts", "status", "failed"),
        ("/v1/events", "type", "payout.paid"),
    ):
        found = ok(stripe, path, limit=100, **{column: value})["data"]
        assert found, (path, column)
        assert {item[column] for item in found} == {value}
    refund = ok(stripe, "/v1/refunds")["data"][0]
    assert refund["id"] in ids(ok(stripe, "/v1/refunds", charge=refund["charge"]))
    arrival = ok(stripe, "/v1/payouts")["data"][5]["arrival_date"]
    assert {
        p["arrival_date"] for p in ok(stripe, "/v1/payouts", arrival_date__gte=arrival)["data"]
    } >= {arrival}
    assert ok(stripe, "/v1/charges", transfer_group="none")["data"] == []
    someone = next(c for c in everything(stripe, "/v1/customers") if c["email"])
    assert someone["id"] in ids(ok(stripe, "/v1/customers", email=someone["email"]))


def test_events_are_chosen_by_type_group_or_list(stripe: httpx.Client):
    group = everything(stripe, "/v1/events", type="charge.*")
    assert {e["type"] for e in group} >= {"charge.succeeded", "charge.captured", "charge.refunded"}
    assert all(e["type"].startswith("charge.") for e in group)
    listed = stripe.get("/v1/events?types[]=payout.paid&types[]=customer.created&limit=100").json()
    assert {e["type"] for e in listed["data"]} == {"payout.paid", "customer.created"}
    assert ok(stripe, "/v1/events", delivery_success="false")["data"] == []
    both = refused(stripe, "/v1/events", 400, type="payout.paid", **{"types[]": "payout.paid"})
    assert "only specify one" in both["message"]


def test_events_reach_back_thirty_days(world: World, stripe: httpx.Client):
    oldest = everything(stripe, "/v1/events")[-1]["created"]
    assert world.clock.timestamp() - 30 * 86_400 < oldest < world.clock.timestamp() - 29 * 86_400


def test_an_automatic_payout_lists_its_entries_and_a_manual_one_refuses(stripe: httpx.Client):
    payouts = everything(stripe, "/v1/payouts")
    automatic = next(p for p in payouts if p["automatic"])
    entries = everything(stripe, "/v1/balance_transactions", payout=automatic["id"])
    assert automatic["balance_transaction"] in [e["id"] for e in entries]
    manual = next(p for p in payouts if not p["automatic"])
    error = refused(stripe, "/v1/balance_transactions", 400, payout=manual["id"])
    assert "only be filtered on automatic transfers" in error["message"]
    assert refused(stripe, "/v1/balance_transactions", 400, payout="po_none")["code"] == (
        "resource_missing"
    )


@pytest.mark.parametrize("resource", ENDPOINTS)
def test_unknown_parameters_are_400(stripe: httpx.Client, resource: str):
    error = refused(stripe, f"/v1/{resource}", 400, updated=1, page=2)
    assert error["type"] == "invalid_request_error"
    assert (error["code"], error["param"]) == ("parameter_unknown", "updated")
    assert error["message"] == "Received unknown parameters: updated, page"
    assert refused(stripe, f"/v1/{resource}/x", 400, limit=1)["code"] == "parameter_unknown"


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"limit": 0}, "parameter_invalid_integer", "limit"),
        ({"limit": 101}, "parameter_invalid_integer", "limit"),
        ({"limit": "ten"}, "parameter_invalid_integer", "limit"),
        ({"created[gte]": "yesterday"}, "parameter_invalid_integer", "created[gte]"),
        ({"created[since]": 1}, "parameter_unknown", "created[since]"),
        ({"customer": ""}, "parameter_invalid_empty", "customer"),
        ({"starting_after": "ch_none"}, "resource_missing", "starting_after"),
        ({"ending_before": "ch_none"}, "resource_missing", "ending_before"),
    ],
)
def test_wrong_values_are_400_and_name_the_parameter(
    stripe: httpx.Client, params: dict, code: str, param: str
):
    error = refused(stripe, "/v1/charges", 400, **params)
    assert (error["code"], error["param"]) == (code, param)


def test_what_is_not_there_is_404(stripe: httpx.Client):
    error = refused(stripe, "/v1/charges/ch_none", 404)
    assert (error["code"], error["message"]) == ("resource_missing", "No such charge: 'ch_none'")
    assert (
        "Unrecognized request URL (GET: /v1/sources)"
        in (refused(stripe, "/v1/sources", 404)["message"])
    )
    assert refused(stripe, "/v2/core/events", 404)["type"] == "invalid_request_error"


def test_references_are_expanded_and_nothing_else_is(stripe: httpx.Client):
    page = ok(stripe, "/v1/refunds", expand__="data.charge.balance_transaction")
    charge = page["data"][0]["charge"]
    assert charge["object"] == "charge"
    assert charge["balance_transaction"]["source"] == charge["id"]
    sources = ok(stripe, "/v1/balance_transactions", expand__="data.source", limit=100)["data"]
    assert {s["source"]["object"] for s in sources if isinstance(s["source"], dict)} >= {"charge"}
    payout = ok(stripe, "/v1/payouts")["data"][0]
    single = ok(stripe, f"/v1/payouts/{payout['id']}", expand__="balance_transaction")
    assert single["balance_transaction"]["amount"] == -payout["amount"]
    for path in ("data.amount", "charge", "data"):
        error = refused(stripe, "/v1/charges", 400, **{"expand[]": path})
        assert "cannot be expanded" in error["message"]


def test_the_key_opens_as_bearer_and_as_basic_and_nothing_else_does(serve: ServeStripe):
    client = serve()
    del client.headers["Authorization"]
    basic = base64.b64encode(f"{SECRET}:".encode()).decode()
    for given in (f"Bearer {SECRET}", f"Basic {basic}"):
        assert client.get("/v1/charges", headers={"Authorization": given}).status_code == 200
    answer = client.get("/v1/charges")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="Stripe"'
    assert "You did not provide an API key" in answer.json()["error"]["message"]
    wrong = client.get("/v1/charges", headers={"Authorization": "Bearer rk_live_wrongwrong"})
    assert wrong.status_code == 401
    assert wrong.json()["error"]["message"] == "Invalid API Key provided: rk_live_******rong"


def test_a_missing_permission_is_403_and_names_it(serve: ServeStripe):
    client = serve(permissions=frozenset(PERMISSIONS.values()) - {"rak_dispute_read"})
    message = refused(client, "/v1/disputes", 403)["message"]
    assert "Having the 'rak_dispute_read' permission would allow" in message
    assert SECRET not in message
    assert client.get("/v1/payouts").status_code == 200
    written = client.post("/v1/refunds")
    assert written.status_code == 403
    assert "rak_charge_write" in written.json()["error"]["message"]


def test_more_than_a_hundred_requests_a_second_are_429_with_the_reason(serve: ServeStripe):
    assert Limits().global_rate == 100
    client = serve(limits=Limits(global_rate=3))
    answers = [client.get("/v1/charges/ch_none") for _ in range(4)]
    assert [a.status_code for a in answers] == [404, 404, 404, 429]
    assert answers[-1].headers["stripe-rate-limited-reason"] == "global-rate"
    assert answers[-1].json()["error"]["code"] == "rate_limit"
    client = serve(limits=Limits(endpoint_rate=1))
    assert client.get("/v1/charges").status_code == 200
    assert client.get("/v1/refunds").status_code == 200
    limited = client.get("/v1/charges")
    assert limited.headers["stripe-rate-limited-reason"] == "endpoint-rate"


def test_a_request_belongs_to_its_list():
    for resource in FILTERS:
        assert endpoint_of("GET", f"/v1/{resource}", "limit=1", b"") == resource
        assert endpoint_of("GET", f"/v1/{resource}/x_1", "", b"") == resource
    assert endpoint_of("GET", "/v1/sources", "", b"") == "unknown"
    for status in (401, 403, 429, 500):
        assert b'"error"' in error_body(status)


def test_an_unreadable_version_is_refused_and_a_readable_one_comes_back(stripe: httpx.Client):
    answer = stripe.get("/v1/charges", headers={"Stripe-Version": "2026-07-29.dahlia"})
    assert answer.headers["stripe-version"] == "2026-07-29.dahlia"
    assert stripe.get("/v1/charges", headers={"Stripe-Version": "newest"}).status_code == 400
