"""Events become the rows a pull would have landed; late, repeated and reordered ones change nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import Response

from ingestion.group import Group
from ingestion.webhooks.drain import Drained, Undrained, drain
from ingestion.webhooks.store import Store, store_of
from tests.ingestion import senders
from tests.ingestion.conftest import HURRIED, Warehouse
from tests.ingestion.senders import ADYEN_ITEM, Vendor, adyen_body, serving, signed_by_adyen
from tests.ingestion.tiny_shop import TinyShop
from tests.ingestion.tiny_stripe import NOW, TinyStripe, charge, event, open_stripe
from tests.ingestion.tiny_world import customer, order


@pytest.fixture(autouse=True)
def webhook_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in senders.SECRETS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def stripe() -> Iterator[TinyStripe]:
    with open_stripe(TinyStripe()) as opened:
        yield opened


@pytest.fixture
def group(shop: TinyShop, stripe: TinyStripe) -> Group:
    return senders.group(shop.base_url, stripe.base_url)


@pytest.fixture
def vendor(warehouse: Warehouse, group: Group) -> Iterator[Vendor]:
    with serving(warehouse.path, group) as served:
        yield served


def drained(group: Group, warehouse: Warehouse) -> Drained:
    return drain(group, warehouse.workdir, warehouse.path, HURRIED)


def newest(warehouse: Warehouse, table: str, columns: str) -> list[tuple]:
    """What staging takes: of each object the newest version, if it isn't gone."""
    return warehouse.query(
        f"select {columns} from (select *, row_number() over (partition by account, id order by"
        f" _version_at desc, _received_at desc, _version_hash desc) as place from raw_{table})"
        f" where place = 1 and not _deleted order by all"
    )


def gid(number: int, kind: str = "Order") -> str:
    return f"gid://shopify/{kind}/{number}"


def test_a_shops_event_lands_the_object_as_it_is_now(
    vendor: Vendor, shop: TinyShop, group: Group, warehouse: Warehouse
):
    shop.orders = [order(1, lines=3)]
    shop.customers = [customer(7)]
    vendor.shopify("orders/create", {"admin_graphql_api_id": gid(1), "name": "old"}, "e1")
    vendor.shopify("refunds/create", {"id": 55, "order_id": 1}, "e2")
    vendor.shopify("customers/update", {"admin_graphql_api_id": gid(7, "Customer")}, "e3")
    found = drained(group, warehouse)
    assert (found.events, found.rows["events"], found.faults) == (3, 3, {})
    assert newest(warehouse, "shopify.orders", "account, id, name") == [("shop", gid(1), "#1")]
    assert warehouse.count("shopify.line_items") == 3
    assert newest(warehouse, "shopify.customers", "id") == [(gid(7, "Customer"),)]
    assert shop.asked("OrdersById") == 1
    events = "select topic, subject, account from raw_webhooks.events order by event_id"
    assert warehouse.query(events) == [
        ("orders/create", gid(1), "shop"),
        ("refunds/create", gid(1), "shop"),
        ("customers/update", gid(7, "Customer"), "shop"),
    ]
    assert drained(group, warehouse).events == 0


def test_an_old_event_lands_the_newest_state_beside_what_was_pulled(
    vendor: Vendor, shop: TinyShop, group: Group, warehouse: Warehouse
):
    shop.orders = [order(1, updated="2026-10-02T10:00:00Z", name="#new")]
    warehouse.load(group.account("shop"))
    old = {"admin_graphql_api_id": gid(1), "updated_at": "2026-10-01T10:00:00Z", "name": "#old"}
    vendor.shopify("orders/updated", old, "late", at="2026-10-01T10:00:00Z")
    drained(group, warehouse)
    assert newest(warehouse, "shopify.orders", "name") == [("#new",)]
    hashes = "select count(*), count(distinct _version_hash) from raw_shopify.orders"
    assert warehouse.query(hashes) == [(2, 1)], "the same version, told apart by nothing"


def test_a_deleted_order_is_a_tombstone_and_its_lines_go_with_it(
    vendor: Vendor, shop: TinyShop, group: Group, warehouse: Warehouse
):
    shop.orders = [order(1), order(2)]
    for number in (1, 2):
        vendor.shopify("orders/create", {"admin_graphql_api_id": gid(number)}, f"e{number}")
    drained(group, warehouse)
    assert len(newest(warehouse, "shopify.orders", "id")) == 2
    del shop.orders[0]
    vendor.shopify("orders/delete", {"id": 1}, "e9", at="2026-10-01T10:00:00Z")
    vendor.shopify("orders/updated", {"admin_graphql_api_id": gid(1)}, "e8")  # came after it
    drained(group, warehouse)
    assert newest(warehouse, "shopify.orders", "id") == [(gid(2),)]
    assert warehouse.query(
        f"select _deleted, _version_at from raw_shopify.orders where id = '{gid(1)}'"
        " order by _received_at desc limit 1"
    ) == [(True, datetime(2026, 10, 1, 10))]


def stripe_event(number: int, of: dict, created: int, type_: str = "charge.updated") -> dict:
    return event(number, type_, of, created)


def test_stripes_events_land_what_they_show_whatever_order_they_come_in(
    vendor: Vendor, stripe: TinyStripe, group: Group, warehouse: Warehouse
):
    new = stripe_event(2, charge(1, status="succeeded"), NOW + 60)
    old = stripe_event(1, charge(1, status="pending"), NOW)
    assert vendor.stripe(new).is_success
    drained(group, warehouse)
    assert vendor.stripe(old).is_success
    assert vendor.stripe(old).is_success
    assert drained(group, warehouse).events == 1
    assert newest(warehouse, "stripe.charges", "id, status") == [("ch_1", "succeeded")]
    assert newest(warehouse, "stripe.events", "id") == [("evt_1",), ("evt_2",)]
    assert stripe.seen == [], "nothing had to be asked"
    version = datetime.fromtimestamp(NOW + 60, UTC).replace(tzinfo=None)
    assert newest(warehouse, "stripe.charges", "_version_at") == [(version,)]


def test_two_states_of_one_second_are_settled_by_asking(
    vendor: Vendor, stripe: TinyStripe, group: Group, warehouse: Warehouse
):
    stripe.add("charges", charge(1, status="succeeded", captured=True))
    vendor.stripe(stripe_event(1, charge(1, status="succeeded", captured=True), NOW - 60))
    drained(group, warehouse)
    vendor.stripe(stripe_event(2, charge(1, status="pending", captured=False), NOW - 60))
    drained(group, warehouse)
    assert newest(warehouse, "stripe.charges", "status, captured") == [("succeeded", True)]
    assert stripe.asked("charges/ch_1") == [{}]


@pytest.mark.soak
def test_a_deleted_customer_of_stripes_is_gone(vendor: Vendor, group: Group, warehouse: Warehouse):
    person = {"id": "cus_1", "object": "customer", "email": "a@example.com", "created": NOW - 99}
    vendor.stripe(stripe_event(1, person, NOW - 60, "customer.created"))
    vendor.stripe(stripe_event(2, person, NOW, "customer.deleted"))
    drained(group, warehouse)
    assert newest(warehouse, "stripe.customers", "id") == []


@pytest.mark.soak
def test_an_account_that_cannot_be_asked_keeps_its_events_and_holds_up_no_other(
    vendor: Vendor, shop: TinyShop, group: Group, warehouse: Warehouse
):
    shop.orders = [order(1)]
    shop.faults = [lambda _: Response(status_code=500)] * 10
    vendor.shopify("orders/create", {"admin_graphql_api_id": gid(1)}, "e1")
    vendor.stripe(stripe_event(1, charge(1), NOW))
    found = drained(group, warehouse)
    assert newest(warehouse, "stripe.charges", "id") == [("ch_1",)]
    with pytest.raises(
        Undrained, match="events of 1 accounts still wait, the others' are in: shop"
    ):
        found.raise_faults()
    assert vendor.intake.store.depth("raw") == 1
    shop.faults.clear()
    assert drained(group, warehouse).events == 1
    assert newest(warehouse, "shopify.orders", "id") == [(gid(1),)]


@pytest.mark.soak
def test_a_new_warehouse_gets_every_event_again(
    vendor: Vendor, stripe: TinyStripe, group: Group, warehouse: Warehouse
):
    vendor.stripe(stripe_event(1, charge(1), NOW))
    drained(group, warehouse)
    warehouse.path.unlink()
    assert drained(group, warehouse).events == 1
    assert warehouse.count("webhooks.events") == warehouse.count("stripe.charges") == 1


def test_legal_requests_are_queued_with_their_deadline_and_what_is_unknown_stays_raw(
    vendor: Vendor, group: Group, warehouse: Warehouse
):
    person = {"id": 191167, "email": " Ann@Example.com", "phone": "555-625-1199"}
    asked = {"shop_id": 954889, "customer": person, "orders_requested": [1, 2, 3]}
    vendor.shopify("customers/data_request", asked, "p1")
    redacted = {"shop_id": 954889, "customer": person, "orders_to_redact": []}
    vendor.shopify("customers/redact", redacted, "p2")
    vendor.shopify("shop/redact", {"shop_id": 954889}, "p3")
    vendor.shopify("moon/landed", {"id": 1}, "e1")
    found = drained(group, warehouse)
    assert found.rows == {"events": 4, "privacy_requests": 3, "privacy_decisions": 0}
    assert found.landed == {}, "no legal request and no unknown topic is acted on"
    assert warehouse.query(
        "select system, topic from raw_webhooks.events where topic !~ '/re|/d' order by all"
    ) == [("shopify", "moon/landed")]
    rows = warehouse.query(
        "select kind, orders_count, due_at - received_at, owner, length(subject_id_hash),"
        " length(email_hash), length(request_id) from raw_webhooks.privacy_requests order by kind"
    )
    due = timedelta(days=30)
    assert rows == [
        ("customers/data_request", 3, due, "data-steward", 64, 64, 12),
        ("customers/redact", 0, due, "data-steward", 64, 64, 12),
        ("shop/redact", 0, due, "data-steward", 64, None, 12),
    ]
    (said,) = warehouse.query("select string_agg(p::varchar) from raw_webhooks.privacy_requests p")
    assert not {"191167", "example", "555"} & set(str(said).lower().replace("@", " ").split())


def test_without_an_event_the_tables_are_there(group: Group, warehouse: Warehouse):
    found = drain(senders.group(), warehouse.workdir, warehouse.path, HURRIED)
    assert found.rows == {"events": 0, "privacy_requests": 0, "privacy_decisions": 0}
    assert warehouse.count("webhooks.privacy_decisions") == 0
    assert Store(store_of(warehouse.path)).depth("raw") == 0


@pytest.mark.soak
def test_merged_customers_are_told_by_their_event_alone(
    vendor: Vendor, shop: TinyShop, group: Group, warehouse: Warehouse
):
    shop.customers = [customer(7)]
    merge = {
        "admin_graphql_api_customer_kept_id": gid(7, "Customer"),
        "admin_graphql_api_customer_deleted_id": gid(8, "Customer"),
        "status": "completed",
    }
    vendor.shopify("customers/merge", merge, "m1", at="2026-10-14T08:00:00Z")
    failed = merge | {"admin_graphql_api_customer_deleted_id": gid(9, "Customer")}
    vendor.shopify("customers/merge", failed | {"status": "failed"}, "m2")
    drained(group, warehouse)
    columns = "id, kept_customer_id, deleted_customer_id, merged_at, account"
    assert newest(warehouse, "shopify.customer_merges", columns) == [
        (
            f"{gid(7, 'Customer')}:{gid(8, 'Customer')}",
            gid(7, "Customer"),
            gid(8, "Customer"),
            datetime(2026, 10, 14, 8),
            "shop",
        )
    ]
    assert newest(warehouse, "shopify.customers", "id") == [(gid(7, "Customer"),)]
    gone = warehouse.query("select id, _version_at from raw_shopify.customers where _deleted")
    assert gone == [(gid(8, "Customer"), datetime(2026, 10, 14, 8))]


def test_a_signed_refund_that_failed_lands_as_failed_once(
    vendor: Vendor, group: Group, warehouse: Warehouse
):
    failed = signed_by_adyen({"eventCode": "REFUND", "success": "false", "reason": "declined"})
    for _ in range(2):
        assert vendor.post("terminals", adyen_body(ADYEN_ITEM, failed), {}).status_code == 202
        drained(group, warehouse)
    assert warehouse.query(
        "select event_code, success, amount__value, amount__currency, reason"
        " from raw_adyen.notifications order by 1"
    ) == [
        ("AUTHORISATION", "true", 1130, "EUR", None),
        ("REFUND", "false", 1130, "EUR", "declined"),
    ]
