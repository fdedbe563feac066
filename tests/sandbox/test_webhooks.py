"""The group's vendors send what happened, labelled and signed as the real ones do."""

import base64
import hashlib
import hmac
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
import pytest

from sandbox import group_file, serve
from sandbox.clock import Clock
from sandbox.shopify.limits import Limits
from sandbox.webhooks.happenings import between
from sandbox.webhooks.sending import How
from sandbox.webhooks.vendors import Vendors
from sandbox.world import World
from sandbox.world_options import WorldOptions

OPTIONS = WorldOptions(seed=3, orders=150, days=60)


@dataclass
class Receiver:
    """Takes deliveries at a real socket; ``refuse`` says how many of the first to turn away."""

    base_url: str = ""
    refuse: int = 0
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    received, lock = Receiver(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                is_refused = received.refuse > 0
                received.refuse -= is_refused
                if not is_refused:
                    headers = {k.lower(): v for k, v in self.headers.items()}
                    received.got.append((self.path, headers, body))
            self.send_response(503 if is_refused else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield received
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def group(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Group]:
    log = tmp_path_factory.mktemp("group") / "requests.jsonl"
    with serve.running(small_world, "test", log, Limits()) as served:
        yield served


@pytest.fixture(scope="module")
def secrets(group: serve.Group, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Account -> its signing secret, read from the files the group wrote, as the product would."""
    file = tmp_path_factory.mktemp("written") / "group.toml"
    group_file.write(file, group.world, group, "test")
    env = dict(
        line.split("=", 1) for line in file.with_name("group.toml.env").read_text().splitlines()
    )
    return {
        account: env[name]
        for account, name in re.findall(
            r'account = "([^"]+)"(?:(?!\[\[).)*?webhook_secret_env = "([^"]+)"',
            file.read_text(),
            re.DOTALL,
        )
    }


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    if "stripe-signature" in headers:
        header = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["stripe-signature"])
        assert header
        moment, given = header.groups()
        signed = f"{moment}.".encode() + body
        return given == hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    if "x-shopify-topic" not in headers:
        return is_signed_by_adyen(orjson.loads(body), secret)
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return headers["x-shopify-hmac-sha256"] == base64.b64encode(digest).decode()


def is_signed_by_adyen(request: dict, key: str) -> bool:
    """Over eight fields of the one item, in the documented order; ``key`` is hexadecimal."""
    item = request["notificationItems"][0]["NotificationRequestItem"]
    amount = item["amount"]
    fields = [item["pspReference"], item.get("originalReference", "")]
    fields += [item["merchantAccountCode"], item["merchantReference"]]
    fields += [str(amount["value"]), amount["currency"], item["eventCode"], item["success"]]
    digest = hmac.new(bytes.fromhex(key), ":".join(fields).encode(), hashlib.sha256).digest()
    return item["additionalData"]["hmacSignature"] == base64.b64encode(digest).decode()


def test_what_happened_is_sent_once_each_signed_with_the_groups_own_secrets(
    group: serve.Group, secrets: dict[str, str], receiver: Receiver
):
    told = Vendors(group, "test").send_latest(10, How(receiver.base_url))
    happened = between(group.world, group.world.clock - timedelta(days=10), group.world.clock)
    assert told["answers"] == {"200": len(happened)} != {"200": 0}
    assert told["events"] == len(happened) == len(receiver.got)
    for path, headers, body in receiver.got:
        assert is_signed(headers, body, secrets[path.removeprefix("/webhooks/")])
    topics = Counter(
        headers.get("x-shopify-topic") or path.split("-")[0] for path, headers, _ in receiver.got
    )
    assert topics["orders/create"]
    assert topics["fulfillments/create"]
    assert topics["/webhooks/payments"]
    assert topics["/webhooks/adyen"]


def test_an_orders_body_has_its_exact_id_and_a_rest_shape(group: serve.Group, receiver: Receiver):
    Vendors(group, "test").send_latest(20, How(receiver.base_url))
    found = [
        (headers, orjson.loads(body))
        for _, headers, body in receiver.got
        if headers.get("x-shopify-topic") == "orders/create"
    ]
    assert found
    known = {
        (shop, gid)
        for shop, gid in group.world.con.cursor()
        .execute(
            'select s."myshopifyDomain", o."id" from shopify."Order" as o'
            ' join shopify."Shop" as s on o."_shop" = s."_shop"'
        )
        .fetchall()
    }
    for headers, order in found:
        gid = order["admin_graphql_api_id"]
        assert (headers["x-shopify-shop-domain"], gid) in known
        assert gid == f"gid://shopify/Order/{order['id']}"
        assert headers["x-shopify-triggered-at"].endswith("Z")
    parts = [
        orjson.loads(body)
        for _, headers, body in receiver.got
        if headers.get("x-shopify-topic") == "fulfillments/create"
    ]
    assert all(f"gid://shopify/Order/{part['order_id']}" in {g for _, g in known} for part in parts)


def id_of(told: dict) -> str:
    """Stripe's events have one; Adyen's are known by reference, code and outcome."""
    if "id" in told:
        return told["id"]
    item = told["notificationItems"][0]["NotificationRequestItem"]
    return f"{item['pspReference']} {item['eventCode']} {item['success']}"


def test_repetitions_keep_their_ids_and_a_rate_tells_again_under_new_ones(
    group: serve.Group, receiver: Receiver
):
    how = How(receiver.base_url, rate=400, seconds=1, shuffle=True, duplicate=0.25)
    told = Vendors(group, "test").send_latest(2, how)
    ids = Counter(
        headers.get("x-shopify-event-id") or id_of(orjson.loads(body))
        for _, headers, body in receiver.got
    )
    assert told["events"] == len(ids) == 400
    assert 400 < sum(ids.values()) == told["answers"]["200"] < 560
    assert max(ids.values()) == 2


def test_what_is_refused_for_now_is_sent_again(group: serve.Group, receiver: Receiver):
    receiver.refuse = 3
    told = Vendors(group, "test").send_latest(2, How(receiver.base_url))
    assert told["retries"] == 3
    assert told["unanswered"] == 0
    assert told["events"] == len(receiver.got)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: How("intake"), "no http:// address of an intake"),
        (lambda: How("http://a", duplicate=2), "--duplicate is 2; give a share"),
        (lambda: How("http://a", rate=5), "--rate and --seconds belong together"),
    ],
)
def test_what_makes_no_sense_is_refused(made: Callable[[], How], said: str):
    with pytest.raises(ValueError, match=said):
        made()


@pytest.mark.soak
def test_an_advance_tells_the_intake_what_it_brought_and_merges_name_who_is_gone(
    receiver: Receiver, tmp_path: Path
):
    world = OPTIONS.build()
    with serve.running(world, "test", tmp_path / "requests.jsonl", Limits()) as served:
        told = Clock(served, OPTIONS, tmp_path / "group.toml", receiver.base_url).advance(7)
        assert told["sent"]["events"] == len(receiver.got) > 0
        merges = [
            orjson.loads(body)
            for _, headers, body in receiver.got
            if headers.get("x-shopify-topic") == "customers/merge"
        ]
        gone = {
            f"gid://shopify/Customer/{id_}"
            for (id_,) in served.world.con.cursor()
            .execute(
                "select deleted_customer_id from truth.customer_merges where merged_at > ?",
                [world.clock.replace(tzinfo=None)],
            )
            .fetchall()
        }
    assert {merge["admin_graphql_api_customer_deleted_id"] for merge in merges} == gone != set()
    assert all(merge["status"] == "completed" for merge in merges)
