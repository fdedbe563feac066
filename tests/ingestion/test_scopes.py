"""What a secret may do is known before anything is read: what lacks fails, what nobody needs is told.

Also which version of its API a shop answers with.
"""

import logging
from datetime import date
from pathlib import Path

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingestion import shopify_points
from ingestion.errors import MissingScope, VendorError
from ingestion.request import Request as Asked
from ingestion.shopify_api import Shop
from ingestion.shopify_points import GRAPHQL, end_of_life
from ingestion.sources import shopify, stripe
from ingestion.stripe_api import check_scopes
from ingestion.stripe_load import client_of
from tests.ingestion.conftest import HURRIED, Warehouse, account_of
from tests.ingestion.tiny_crm import SCOPES, TOKEN_INFO, TinyCrm, contact, open_crm, refusal
from tests.ingestion.tiny_shop import TinyShop, at_a_socket
from tests.ingestion.tiny_stripe import LISTS, TinyStripe, open_stripe
from tests.ingestion.tiny_stripe import refusal as stripe_refusal

CLOCK = "Thu, 15 Oct 2026 06:00:00 GMT"


def shop_of(tiny: TinyShop) -> Shop:
    return Shop(account_of(tiny.base_url), HURRIED)


def test_a_shops_app_that_may_more_than_it_needs_is_told_of(
    shop: TinyShop, caplog: pytest.LogCaptureFixture
):
    shop.scopes = [*shopify.SCOPES, "write_products", "read_themes"]
    asking = shop_of(shop)
    assert asking.check_scopes(shopify.SCOPES) == ("read_themes", "write_products")
    assert "shopify tiny-shop: the secret in TINY_SECRET may more" in caplog.text
    assert "read_themes, write_products; take it away at the vendor" in caplog.text
    shop.scopes = list(shopify.SCOPES)
    assert asking.check_scopes(shopify.SCOPES) == ()


def test_who_may_write_may_read(shop: TinyShop):
    shop.scopes = [scope.replace("read_products", "write_products") for scope in shopify.SCOPES]
    assert shop_of(shop).check_scopes(shopify.SCOPES) == ("write_products",)


def test_a_token_without_a_scope_is_refused_before_a_list_is_asked_for(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TINY_SECRET", "pat-eu1-tiny")
    with open_crm(TinyCrm(contacts=[contact(1)], members={"1": {}})) as crm:
        crm.scopes = ["oauth", SCOPES[1]]
        account = account_of(crm.base_url, "crm", "hubspot")
        said = rf"TINY_SECRET has no {SCOPES[0]} \(by its token's own list\); tick it in the app's"
        with pytest.raises(MissingScope, match=said):
            warehouse.extract(account)
        assert [path for path, _ in crm.seen] == [TOKEN_INFO]
        crm.scopes = ["oauth", *SCOPES, "tickets"]
        assert warehouse.load(account).needless_scopes == ("tickets",)
        # Another kind of token than a private app's: its lists have to say it.
        crm.moods = [lambda path, _: refusal(404) if path == TOKEN_INFO else None]
        assert warehouse.load(account).needless_scopes == ()


def test_a_restricted_key_is_tried_on_every_list_before_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("TINY_SECRET", "rk_live_tiny")
    every = [*stripe.STREAMS, stripe.CHANGES]
    with open_stripe(TinyStripe()) as tiny:
        request = stripe_request(tiny.base_url)
        check_scopes(client_of(request), every)
        assert {name for name, _ in tiny.seen} == set(LISTS) - {"charges"}  # as refunds
        tiny.faults = [("events", stripe_refusal(403, "no permission"))]
        with pytest.raises(MissingScope, match=r"has no 'Events: Read' \(403 at /v1/events\)"):
            check_scopes(client_of(request), every)
        assert all(tiny.asked(name) == [] for name in LISTS)


def stripe_request(base_url: str) -> Asked:
    return Asked(account_of(base_url, "payments", "stripe"), Path(), {}, HURRIED)


class Versioned:
    """A shop that answers with the version it is told to."""

    def __init__(self, version: str) -> None:
        self.version = version

    async def serve(self, _: Request) -> Response:
        body = orjson.dumps({"data": {"shop": {"name": "Tiny"}}})
        return Response(body, headers={"X-Shopify-API-Version": self.version})


@pytest.mark.parametrize(
    ("clock", "months"),
    [
        (CLOCK, None),
        ("Sun, 28 Feb 2027 23:00:00 GMT", None),
        ("Mon, 01 Mar 2027 06:00:00 GMT", 4),
        ("Tue, 15 Jun 2027 06:00:00 GMT", 1),
        ("Mon, 02 Aug 2027 06:00:00 GMT", 0),
    ],
)
def test_the_end_of_a_version_is_told_months_ahead(
    caplog: pytest.LogCaptureFixture, clock: str, months: int | None
):
    route = Route(GRAPHQL, Versioned("2026-07").serve, methods=["POST"])
    with at_a_socket(route, clock=clock) as base_url, caplog.at_level(logging.WARNING):
        asking = Shop(account_of(base_url), HURRIED)
        asking.query("{ shop { name } }")
        asking.query("{ shop { name } }")
    told = [m for m in caplog.messages if "Shopify ends version 2026-07 on 2027-07-01" in m]
    assert len(told) == (months is not None)
    assert not told or f"({months} months)" in told[0]


def test_another_version_than_the_one_asked_for_is_an_error():
    route = Route(GRAPHQL, Versioned("2026-10").serve, methods=["POST"])
    said = (
        r"version 2026-10 answers where 2026-07 was asked: .* end on 2027-07-01\. Nothing was kept"
    )
    with at_a_socket(route) as base_url, pytest.raises(VendorError, match=said):
        Shop(account_of(base_url), HURRIED).query("{ shop { name } }")


def test_a_version_lives_for_a_year():
    assert end_of_life("2026-10") == date(2027, 10, 1)
    assert f"/admin/api/{shopify_points.VERSION}/graphql.json" == GRAPHQL
