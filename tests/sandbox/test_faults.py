"""Every kind of fault on every endpoint that can play it, seen from the socket."""

import importlib
import time
from collections.abc import Iterator

import httpx
import pytest

from sandbox import serve
from sandbox.faults import ACCESS_KINDS, KINDS, PAGE_KINDS, Fault, FaultError
from sandbox.serve import Group
from sandbox.world import World
from tests.sandbox.asking import ACCOUNTS, client_of, pages, request_of, send
from tests.sandbox.conftest import GENEROUS

VENDORS = {
    "shopify": "sandbox.shopify.server",
    "stripe": "sandbox.stripe.server",
    "hubspot": "sandbox.hubspot.server",
    "aftership": "sandbox.aftership.server",
    "email_tool": "sandbox.email_tool.server",
    "salesforce": "sandbox.salesforce.server",
    "zendesk": "sandbox.zendesk.server",
    "adyen": "sandbox.adyen.server",
    "paypal": "sandbox.paypal.server",
    "bank": "sandbox.bank.server",
    "erp": "sandbox.erp.server",
    "ecb": "sandbox.rates.ecb",
    "treasury": "sandbox.rates.treasury",
}
MODULES = {system: importlib.import_module(name) for system, name in VENDORS.items()}
PLACES = [(system, endpoint) for system, module in MODULES.items() for endpoint in module.ENDPOINTS]


def refused(system: str, endpoint: str) -> dict[str, str]:
    return getattr(MODULES[system], "REFUSED", {}).get(endpoint, {})


def playing(kinds: object) -> list[tuple[str, str, str]]:
    return [
        (system, endpoint, kind)
        for system, endpoint in PLACES
        for kind in kinds  # type: ignore[attr-defined]
        if kind not in refused(system, endpoint)
    ]


# A bulk file's pages are runs of lines: a test of its own.
PAGED = [place for place in playing(PAGE_KINDS) if place[1] != "bulk_file"]


@pytest.fixture(scope="module")
def served(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Group]:
    log = tmp_path_factory.mktemp("faults") / "requests.jsonl"
    with serve.running(small_world, "test", log, GENEROUS) as group:
        yield group


@pytest.fixture
def group(served: Group) -> Iterator[Group]:
    yield served
    served.faults.clear()


def client(group: Group, system: str) -> httpx.Client:
    return client_of(next(one for one in group if one.account == ACCOUNTS[system]))


def last_line(http: httpx.Client) -> dict:
    return http.get("/_sandbox/requests").json()[-1]


@pytest.mark.parametrize(("system", "endpoint"), PLACES)
def test_what_happens_on_the_wire_happens_at_every_endpoint(
    group: Group, system: str, endpoint: str
):
    with client(group, system) as http:
        asked = request_of(system, endpoint, http)
        well = send(http, asked)
        for kind in ("429", "500", "reset", "truncated", "slow"):
            fault = Fault(system, endpoint, kind, seconds=0.2, retry_after=2)
            group.faults.arm(fault)
            began = time.monotonic()
            if kind in ("reset", "truncated"):
                wanted = httpx.ReadError if kind == "reset" else httpx.RemoteProtocolError
                with pytest.raises(wanted):
                    send(http, asked)
            else:
                answer = send(http, asked)
                took = time.monotonic() - began
                assert answer.status_code == {"slow": well.status_code}.get(kind) or int(kind)
                assert kind != "slow" or took >= 0.2
                assert answer.headers.get("retry-after") == ("2" if kind == "429" else None)
                assert answer.content
            line = last_line(http)
            assert (line["fault"], line["operation"] is not None) == (kind, True)
            assert kind != "truncated" or 0 < line["bytes"] < len(well.content)
            assert fault.fired == 1
            again = send(http, asked)
            assert (again.status_code, last_line(http)["fault"]) == (well.status_code, None)


@pytest.mark.parametrize(("system", "endpoint", "kind"), playing(ACCESS_KINDS))
def test_access_is_refused_as_the_vendor_refuses_it(
    group: Group, system: str, endpoint: str, kind: str
):
    with client(group, system) as http:
        asked = request_of(system, endpoint, http)
        group.faults.arm(Fault(system, endpoint, kind))
        answer = send(http, asked)
        assert last_line(http)["fault"] == kind
        if endpoint == "bulk_file":
            assert answer.status_code == 403
        elif kind == "expired_token":
            assert answer.status_code == 401
        elif endpoint == "app_installation":
            assert answer.json()["data"]["currentAppInstallation"] == {"accessScopes": []}
        elif system == "shopify":
            codes = [error["extensions"]["code"] for error in answer.json()["errors"]]
            assert "ACCESS_DENIED" in codes
        elif system == "salesforce" and endpoint in ("contacts", "leads", "accounts"):
            # An object that the user may not read is to Salesforce one that there isn't.
            assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_TYPE")
        else:
            assert answer.status_code == 403
        assert secret_free(group, answer)
        assert send(http, asked).status_code in {200, 207, 400, 401, 404}


def secret_free(group: Group, answer: httpx.Response) -> bool:
    return not any(one.secret and one.secret in answer.text for one in group)


@pytest.mark.parametrize(("system", "endpoint", "kind"), PAGED)
def test_pages_go_wrong_while_paging_goes_on(group: Group, system: str, endpoint: str, kind: str):
    with client(group, system) as http:
        asked = request_of(system, endpoint, http)
        right = list(pages(http, asked, most=4))
        assert len(right) > 2, "too few pages to lose one"
        fault = Fault(system, endpoint, kind, after=1)
        group.faults.arm(fault)
        wrong = list(pages(http, asked, most=3))
        assert fault.fired == 1
        assert wrong[0] == right[0]
        if kind == "missing_page" and system == "paypal":
            # Its pages have numbers, so what comes too early comes once more.
            assert wrong[1:] == [right[2], right[2]]
        elif kind == "missing_page":
            assert wrong[1:] == right[2:4]
        elif kind == "duplicate_page":
            assert wrong[1] == right[0]
            assert {*wrong[2]} <= {*right[1], *right[2]}
        else:
            assert wrong[1] != right[1] or len(right[1]) == 1
            assert sorted(wrong[1]) == sorted(right[1])


@pytest.mark.parametrize(
    ("system", "endpoint"),
    [place[:2] for place in PAGED if place[2] == "duplicate_page"],
)
def test_a_first_page_twice_has_its_rows_twice(group: Group, system: str, endpoint: str):
    with client(group, system) as http:
        asked = request_of(system, endpoint, http)
        right = next(pages(http, asked))
        group.faults.arm(Fault(system, endpoint, "duplicate_page"))
        assert next(pages(http, asked)) == right + right


def test_a_bulk_file_loses_repeats_or_mixes_a_run_of_lines(group: Group):
    with client(group, "shopify") as http:
        asked = request_of("shopify", "bulk_file", http)
        right = send(http, asked).text.splitlines()
        wrong = {}
        for kind in PAGE_KINDS:
            group.faults.arm(Fault("shopify", "bulk_file", kind))
            wrong[kind] = send(http, asked).text.splitlines()
        assert 0 < len(wrong["missing_page"]) < len(right)
        assert set(wrong["missing_page"]) < set(right)
        assert len(right) < len(wrong["duplicate_page"]) < 2 * len(right)
        assert set(wrong["duplicate_page"]) == set(right)
        assert wrong["reordered_page"] != right
        assert sorted(wrong["reordered_page"]) == sorted(right)
        assert send(http, asked).text.splitlines() == right


def test_faults_are_counted_down_after_those_let_pass(group: Group):
    group.faults.arm(Fault("ecb", "exchange_rates", "500", times=2, after=1))
    with client(group, "ecb") as http:
        asked = request_of("ecb", "exchange_rates", http)
        assert [send(http, asked).status_code for _ in range(4)] == [200, 500, 500, 200]
    assert [(one["fired"], one["times"]) for one in group.faults.listed()] == [(2, 2)]


def test_one_account_is_meant_when_one_is_named(group: Group):
    group.faults.arm(Fault("shopify", "shop", "500", account="nordlicht-jp"))
    with client(group, "shopify") as http:
        asked = request_of("shopify", "shop", http)
        assert send(http, asked).status_code == 200
    assert group.faults.listed()[0]["fired"] == 0


def test_what_is_armed_first_is_played_first(group: Group):
    for kind in ("500", "429"):
        group.faults.arm(Fault("treasury", "rates", kind))
    with client(group, "treasury") as http:
        asked = request_of("treasury", "rates", http)
        assert [send(http, asked).status_code for _ in range(3)] == [500, 429, 200]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("amazon", "orders", "500"), "no system 'amazon'; there is shopify"),
        (
            Fault("shopify", "carts", "500"),
            "no endpoint of shopify 'carts'; there is abandoned_checkouts",
        ),
        (Fault("shopify", "orders", "flood"), "no kind of fault 'flood'; there is 429, 500"),
        (
            Fault("shopify", "orders", "500", account="x"),
            "no account of shopify 'x'; there is nord",
        ),
        (Fault("ecb", "exchange_rates", "missing_page"), "which has no pages"),
        (Fault("ecb", "exchange_rates", "expired_token"), "asks nobody for a token"),
        (Fault("treasury", "rates", "reordered_page"), "which has no pages"),
        (Fault("treasury", "rates", "500", times=0), "at least once"),
    ],
)
def test_what_cannot_be_armed_is_told_with_what_there_is(group: Group, fault: Fault, said: str):
    with pytest.raises(FaultError, match=said):
        group.faults.arm(fault)
    assert group.faults.listed() == []


def test_kinds_are_the_ten_there_are():
    assert len(KINDS) == 10
