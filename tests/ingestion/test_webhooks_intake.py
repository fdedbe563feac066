"""The intake believes a vendor's signature and nothing else, and says yes only to what is on disk."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import duckdb
import orjson
import pytest

from ingestion.group import Blackout, Window
from ingestion.webhooks.intake import MOST_BYTES
from ingestion.webhooks.signatures import Unsigned, check
from tests.ingestion.senders import (
    ADYEN_ITEM,
    ADYEN_KEY,
    SECRETS,
    STRIPE_SECRET,
    Vendor,
    adyen_body,
    group,
    serving,
    shopify_headers,
    stripe_headers,
)


@pytest.fixture(autouse=True)
def webhook_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[Vendor]:
    with serving(tmp_path / "warehouse.duckdb") as served:
        yield served


def kept(vendor: Vendor) -> list[tuple]:
    events = vendor.intake.store.waiting("raw", 100)
    return [(e.system, e.account, e.event_id, e.topic, e.subject) for e in events]


def test_a_shopify_event_is_kept_with_its_exact_id_and_a_repetition_once(vendor: Vendor):
    body = {"id": 5, "admin_graphql_api_id": "gid://shopify/Order/9007199254740993"}
    for _ in range(2):
        assert vendor.shopify("orders/create", body, "e1").status_code == 200
    assert vendor.shopify("orders/updated", body, "e1").status_code == 200
    gid = "gid://shopify/Order/9007199254740993"
    assert kept(vendor) == [
        ("shopify", "shop", f"e1:{topic}:{gid}", topic, gid)
        for topic in ("orders/create", "orders/updated")
    ]
    (first, _) = vendor.intake.store.waiting("raw", 10)
    assert orjson.loads(first.body) == body
    assert first.occurred_at == datetime(2026, 10, 15, 12, 0, 0, 123456)


def test_a_body_that_changed_on_its_way_is_refused(vendor: Vendor):
    body = b'{"id": 1}'
    headers = shopify_headers(body, "orders/create", "e1")
    assert vendor.post("shop", b'{"id": 2}', headers).status_code == 401
    assert vendor.post("shop", body, {}).status_code == 401
    wrong = shopify_headers(body, "orders/create", "e1", "another-secret")
    assert vendor.post("shop", body, wrong).status_code == 401
    assert kept(vendor) == []


def test_stripes_signed_moment_must_be_near_and_any_of_two_secrets_may_sign(vendor: Vendor):
    event = {"id": "evt_1", "type": "charge.updated", "created": 1792065600}
    event["data"] = {"object": {"id": "ch_1", "object": "charge"}}
    assert vendor.stripe(event, at=1.0).status_code == 401
    assert vendor.stripe(event, secret="whsec_next").status_code == 200
    assert vendor.stripe(event | {"id": "evt_2"}).status_code == 200
    assert kept(vendor) == [
        ("stripe", "payments", name, "charge.updated", "ch_1") for name in ("evt_1", "evt_2")
    ]
    assert vendor.intake.store.waiting("raw", 1)[0].occurred_at == datetime(2026, 10, 15, 12)


def test_stripes_header_may_hold_several_signatures_of_which_one_counts():
    body = b"{}"
    header = stripe_headers(body, at=1000)["Stripe-Signature"]
    several = {"stripe-signature": f"{header},v1=00ff,v0=abc"}
    check("stripe", [STRIPE_SECRET], several, body, now=1200)
    for moment in (699, 1301):
        with pytest.raises(Unsigned, match="more than 300 s from now"):
            check("stripe", [STRIPE_SECRET], several, body, now=moment)
    for broken in ("", "t=1000", "v1=00", "t=x,v1=00", "t=1000,t=1000,v1=00"):
        with pytest.raises(Unsigned, match="no Stripe-Signature header"):
            check("stripe", [STRIPE_SECRET], {"stripe-signature": broken}, body, now=1000)


def test_adyens_own_example_is_accepted_as_adyen_wants_it(vendor: Vendor):
    answer = vendor.post("terminals", adyen_body(), {})
    assert (answer.status_code, answer.text) == (202, "[accepted]")
    again = ADYEN_ITEM | {"eventDate": "2026-10-15T15:00:00+02:00"}  # not signed, and may differ
    assert vendor.post("terminals", adyen_body(again), {}).status_code == 202
    assert kept(vendor) == [
        (
            *("adyen", "terminals", "7914073381342284:AUTHORISATION:true", "AUTHORISATION"),
            "7914073381342284",
        )
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"value": 1131, "currency": "EUR"}},
        {"success": "false"},
        {"merchantReference": "other"},
        {"additionalData": {}},
    ],
)
def test_one_item_that_adyen_did_not_sign_refuses_the_whole_request(vendor: Vendor, change: dict):
    assert vendor.post("terminals", adyen_body(ADYEN_ITEM, ADYEN_ITEM | change), {}).is_error
    assert kept(vendor) == []


def test_a_null_counts_as_empty_in_what_adyen_signs():
    item = ADYEN_ITEM | {"originalReference": None, "success": True}
    check("adyen", ["00ff", ADYEN_KEY], {}, adyen_body(item))


def test_what_is_no_delivery_is_told_so(vendor: Vendor, monkeypatch: pytest.MonkeyPatch):
    assert vendor.http.get("/webhooks/shop").status_code == 405
    assert vendor.post("nobody", b"{}", {}).status_code == 404
    assert vendor.post("quiet", b"{}", {}).status_code == 404
    assert vendor.post("shop", b"x" * (MOST_BYTES + 1), {}).status_code == 413
    chunks = (b"x" * 1_000_000 for _ in range(MOST_BYTES // 1_000_000 + 2))
    assert vendor.http.post("/webhooks/shop", content=chunks).status_code == 413
    monkeypatch.delenv("SHOP_WEBHOOKS")
    assert vendor.shopify("orders/create", {"id": 1}, "e1").status_code == 503
    assert vendor.http.get("/health").json() == {"status": "ok", "waiting": {"raw": 0, "live": 0}}


def test_unknown_topics_and_bodies_that_are_no_json_are_kept(vendor: Vendor):
    assert vendor.shopify("moon/landed", {"id": 1}, "e1").status_code == 200
    xml = b"<order><id>1</id></order>"
    assert vendor.post("shop", xml, shopify_headers(xml, "orders/create", "e2")).status_code == 200
    first, second = vendor.intake.store.waiting("raw", 10)
    assert (first.topic, first.subject) == ("moon/landed", None)
    assert (second.body, second.subject) == (xml, None)


def test_neither_a_blackout_nor_a_warehouse_that_someone_writes_keeps_an_event_out(
    tmp_path: Path,
):
    path = tmp_path / "warehouse.duckdb"
    always = Blackout(date.min, date.max, "Black Friday")
    window = Window("nightly", "Europe/Berlin", time(1), time(5), "data-platform", (always,))
    closed = replace(group(), windows={"nightly": window})
    with duckdb.connect(str(path)) as busy, serving(path, closed) as vendor:
        busy.execute("begin; create table held as select 1")
        assert vendor.shopify("orders/create", {"id": 1}, "e1").status_code == 200
        assert len(kept(vendor)) == 1


def test_many_at_once_are_each_answered_when_they_are_kept(vendor: Vendor):
    answers: list[int] = []

    def send(sender: int) -> None:
        for number in range(20):
            name = f"e{sender}-{number}"
            answers.append(vendor.shopify("orders/create", {"id": number}, name).status_code)

    senders = [threading.Thread(target=send, args=(n,)) for n in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert answers == [200] * 80
    assert vendor.intake.store.depth("raw") == 80
