"""Our Stripe against Stripe's own examples and parameters, where those lie beside the project."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.stripe.parameters import FILTERS, ON_EVERY_LIST
from sandbox.world import build
from sandbox.world.accounts import PAYMENTS_GMBH, PAYMENTS_KK
from tests.sandbox.stripe_client import ServeStripe, everything

CONTRACTS = Path(__file__).parents[3] / "shared" / "contracts"
TYPES = {
    "charges": "charge",
    "payment_intents": "payment_intent",
    "refunds": "refund",
    "disputes": "dispute",
    "balance_transactions": "balance_transaction",
    "payouts": "payout",
    "customers": "customer",
    "events": "event",
}
# In the examples, which show everything at once, but not in an answer of this version: only when
# expanded (a charge's refunds), only of the retired Sources API, or null where nothing was set.
NOT_SHOWN = {"charge": {"refunds", "source"}}
# In an answer, but not in the example: documented in the API reference as present on failure only.
BEYOND = {"refund": {"failure_balance_transaction", "failure_reason"}}
# The API reference documents them; the examples show one kind of many.
OPEN = {
    "last_payment_error",
    "metadata",
    "data",
    "payment_method_options",
    "sepa_debit",
    "fee_details",
    "balance_transactions",
}


def example(type_: str) -> dict[str, Any]:
    return contract("stripe_objects.json")[type_]


def contract(name: str) -> Any:
    file = CONTRACTS / name
    if not file.exists():
        pytest.skip(f"{file} isn't here: Stripe's own examples lie beside the project, not in it")
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Everything both accounts show, by list."""
    serve = ServeStripe(build(seed=5, days=200, orders=900), tmp_path_factory.mktemp("stripe"))
    clients = [serve(account) for account in (PAYMENTS_GMBH, PAYMENTS_KK)]
    found = {
        resource: [item for client in clients for item in everything(client, f"/v1/{resource}")]
        for resource in FILTERS
    }
    serve.stop()
    return found


def differences(shown: Any, wanted: Any, path: str) -> set[str]:
    """Fields one side has and the other hasn't, and values of another JSON type."""
    if path.rpartition(".")[2] in OPEN or shown is None or wanted is None:
        return set()
    if isinstance(wanted, dict) and isinstance(shown, dict):
        if not wanted or not shown:  # an empty object in an example says nothing of its fields
            return set()
        found = {f"{path}.{name} is missing" for name in wanted.keys() - shown.keys()}
        found |= {f"{path}.{name} is unknown" for name in shown.keys() - wanted.keys()}
        for name in wanted.keys() & shown.keys():
            found |= differences(shown[name], wanted[name], f"{path}.{name}")
        return found
    if isinstance(wanted, list) or isinstance(shown, list):
        return set() if type(shown) is type(wanted) else {f"{path} is {type(shown).__name__}"}
    number = (int, float)
    if isinstance(wanted, bool) or not isinstance(wanted, number):
        same = type(shown) is type(wanted)
    else:
        same = isinstance(shown, number) and not isinstance(shown, bool)
    return set() if same else {f"{path} is {type(shown).__name__}, not {type(wanted).__name__}"}


@pytest.mark.parametrize("resource", FILTERS)
def test_objects_have_the_fields_of_stripes_own_example(
    objects: dict[str, list[dict[str, Any]]], resource: str
):
    type_ = TYPES[resource]
    wanted = {k: v for k, v in example(type_).items() if k not in NOT_SHOWN.get(type_, ())}
    found: set[str] = set()
    assert objects[resource]
    for shown in objects[resource]:
        known = {k: v for k, v in shown.items() if k not in BEYOND.get(type_, ())}
        card = known.get("payment_method_details", {}).get("type") == "card"
        if type_ == "charge" and not card:
            known["payment_method_details"] = None  # Stripe's example is of a card
        found |= differences(known, wanted, type_)
    assert found == set()


def test_events_show_whole_objects(objects: dict[str, list[dict[str, Any]]]):
    found: set[str] = set()
    for event in objects["events"]:
        shown = event["data"]["object"]
        listed = objects[next(r for r, t in TYPES.items() if t == shown["object"])]
        found |= set(shown) ^ set(listed[0])
        assert shown["id"] in {item["id"] for item in listed}
    assert found == set()


@pytest.mark.parametrize("resource", FILTERS)
def test_lists_take_stripes_parameters_and_no_others(resource: str):
    parameters = contract("stripe_list_parameters.json")[f"/v1/{resource}"]
    assert {p["name"] for p in parameters} == {*ON_EVERY_LIST, *FILTERS[resource]}


def test_ids_begin_as_stripes_do(objects: dict[str, list[dict[str, Any]]]):
    prefixes = {
        resource: {item["id"].split("_")[0] for item in items}
        for resource, items in objects.items()
    }
    assert prefixes == {
        "charges": {"ch", "py"},
        "payment_intents": {"pi"},
        "refunds": {"re", "pyr"},
        "disputes": {"du"},
        "balance_transactions": {"txn"},
        "payouts": {"po"},
        "customers": {"cus"},
        "events": {"evt"},
    }
