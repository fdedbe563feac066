"""The clock of a group that is served: it moves while clients ask, and says what is new."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from sandbox import control_client, serve, world_options
from sandbox.clock import Clock
from sandbox.control import controlled
from sandbox.control_client import NotServingError, RefusedError
from sandbox.faults import Fault
from sandbox.serve import Group
from sandbox.shopify.limits import Limits
from sandbox.world import World
from sandbox.world_options import WorldOptions
from tests.sandbox.asking import ACCOUNTS, client_of, pages, read, request_of, send
from tests.sandbox.conftest import GENEROUS
from tests.sandbox.process import Serving, sandbox
from tests.sandbox.shop_client import ShopClient
from tests.sandbox.test_serve import TRANSACTIONS, WORLD, rows_of

OPTIONS = WorldOptions(seed=5, orders=150, days=120)  # the small world's
FIRST = datetime(2026, 10, 15, 6, 0, tzinfo=UTC)
ORDERS = "{ orders(first: 250) { nodes { id updatedAt createdAt } pageInfo { hasNextPage } } }"


@pytest.fixture
def running(small_world: World, tmp_path: Path) -> Iterator[tuple[Group, Clock]]:
    file = tmp_path / "group.toml"
    with serve.running(small_world, "test", tmp_path / "requests.jsonl", GENEROUS) as group:
        yield group, Clock(group, OPTIONS, file)


def account(group: Group, name: str) -> serve.Served:
    return next(one for one in group if one.account == name)


def shop_of(group: Group, name: str = "nordlicht-de") -> ShopClient:
    served = account(group, name)
    return ShopClient(served.base_url, served.secret)


def test_every_server_answers_from_the_later_world(running: tuple[Group, Clock]):
    group, clock = running
    shop = shop_of(group)
    before = {o["id"]: o["updatedAt"] for o in shop.data(ORDERS)["orders"]["nodes"]}
    told = clock.advance(30)
    after = {o["id"]: o["updatedAt"] for o in shop.data(ORDERS)["orders"]["nodes"]}
    later = f"{FIRST:%Y-%m-%dT%H:%M:%SZ}"
    assert set(before) < set(after)
    assert all(updated > later for gid, updated in after.items() if before.get(gid) != updated)
    assert told["clock"] == "2026-11-14 06:00 UTC (advanced by 30 days)"
    said = {(one["system"], one["objects"]): one for one in told["news"]}
    assert said["shopify", "orders"]["new"] > 0
    assert said["ecb", "exchange rates"]["new"] > 0
    # Second accounts that their shops merged; elsewhere merged contacts, and events older than 30 days.
    gone = {one["objects"] for one in told["news"] if one["system"] == "shopify" and one["gone"]}
    assert gone == {"customers"}
    date = f"{FIRST + timedelta(days=30):%a, %d %b %Y %H:%M:%S GMT}"
    for served in group:
        with client_of(served) as http:
            assert http.get("/_sandbox/requests").headers["date"] == date
    shop.close()


@pytest.mark.soak
def test_the_answers_follow_and_equal_those_of_a_world_built_there(
    running: tuple[Group, Clock], tmp_path: Path
):
    _, clock = running
    clock.advance(10)
    clock.advance(20)
    told = sandbox("answers", "--group", str(tmp_path / "group.toml"), "--out", str(tmp_path / "a"))
    assert told.returncode == 0, told.stderr
    OPTIONS.advanced(30).build().write_answers(tmp_path / "b")
    files = sorted(file.name for file in (tmp_path / "b").glob("*.parquet"))
    assert "ledger.parquet" in files
    for name in files:
        assert rows_of(tmp_path / "a" / name) == rows_of(tmp_path / "b" / name), name


@pytest.mark.soak
def test_who_pages_meanwhile_never_meets_an_error(running: tuple[Group, Clock]):
    group, clock = running
    ended, trouble = threading.Event(), []

    def page(served: serve.Served, endpoint: str) -> None:
        with client_of(served) as http:
            while not ended.is_set():
                try:
                    assert (
                        sum(1 for _ in pages(http, request_of(served.system, endpoint, http))) > 1
                    )
                except Exception as error:  # noqa: BLE001  gathered, and shown by the test's own thread
                    trouble.append(repr(error))
                    return

    readers = [
        threading.Thread(target=page, args=(account(group, name), endpoint))
        for name, endpoint in (("nordlicht-de", "orders"), ("nordlicht-jp", "customers"))
    ]
    for reader in readers:
        reader.start()
    clock.advance(5)
    time.sleep(0.3)
    clock.advance(5)
    time.sleep(0.3)
    ended.set()
    for reader in readers:
        reader.join()
    assert trouble == []


def test_a_cursor_of_the_earlier_world_is_no_error_of_ours(running: tuple[Group, Clock]):
    group, clock = running
    places = [
        (account(group, ACCOUNTS[system]), endpoint)
        for system, vendor in group.faults.vendors.items()
        for endpoint in vendor.ENDPOINTS
        if "missing_page" not in getattr(vendor, "REFUSED", {}).get(endpoint, {})
        and endpoint != "bulk_file"
    ]
    second = []
    for served, endpoint in places:
        with client_of(served) as http:
            asked = request_of(served.system, endpoint, http)
            assert asked.after
            second.append((served, endpoint, asked.after(read(send(http, asked)))))
    clock.advance(40)
    for served, endpoint, asked in second:
        with client_of(served) as http:
            if asked is not None:
                answer = send(http, asked)
                assert answer.status_code < 500, (served.system, endpoint, answer.text)
                assert answer.status_code == 200 or b"rror" in answer.content, answer.text
    assert sum(asked is not None for _, _, asked in second) > 12


def test_tokens_and_quotas_outlive_a_world(small_world: World, tmp_path: Path):
    limits = Limits(restore_rate=0.0)
    with serve.running(small_world, "test", tmp_path / "requests.jsonl", limits) as group:
        clock = Clock(group, OPTIONS, tmp_path / "group.toml")
        served = account(group, "nordlicht-world")
        client_id, _, client_secret = (served.secret or "").partition(":")
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        granted = httpx.post(f"{served.base_url}/admin/oauth/access_token", data=form).json()
        shop = ShopClient(served.base_url, granted["access_token"])
        first = shop.body(ORDERS)["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"]
        clock.advance(1)
        second = shop.body(ORDERS)["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"]
        assert second < first < limits.bucket
        shop.close()


def test_a_bulk_operation_ends_in_the_world_it_began_in(small_world: World, tmp_path: Path):
    limits = Limits(bulk_seconds=1.0)
    with serve.running(small_world, "test", tmp_path / "requests.jsonl", limits) as group:
        clock = Clock(group, OPTIONS, tmp_path / "group.toml")
        shop = shop_of(group)
        count = "{ ordersCount { count } }"
        before = shop.data(count)["ordersCount"]["count"]
        started = shop.run_bulk("{ orders { edges { node { id } } } }")["bulkOperation"]["id"]
        clock.advance(60)
        operation = shop.wait(started)
        assert (operation["status"], operation["rootObjectCount"]) == ("COMPLETED", str(before))
        assert len(shop.http.get(operation["url"]).text.splitlines()) == before
        later = shop.bulk("{ orders { edges { node { id } } } }")
        assert int(later["rootObjectCount"]) == shop.data(count)["ordersCount"]["count"] > before
        shop.close()


def test_faults_stay_armed_over_a_new_world(running: tuple[Group, Clock]):
    group, clock = running
    group.faults.arm(Fault("ecb", "exchange_rates", "500"))
    clock.advance(1)
    with client_of(account(group, "ecb")) as http:
        assert send(http, request_of("ecb", "exchange_rates", http)).status_code == 500


def test_the_clock_goes_back_and_the_world_is_the_first_again(running: tuple[Group, Clock]):
    group, clock = running
    shop = shop_of(group)
    before = shop.data(ORDERS)
    clock.advance(30)
    assert shop.data(ORDERS) != before
    assert clock.reset()["clock"] == "2026-10-15 06:00 UTC"
    assert shop.data(ORDERS) == before
    shop.close()


def test_one_move_at_a_time(running: tuple[Group, Clock], monkeypatch: pytest.MonkeyPatch):
    _, clock = running
    building, built = threading.Event(), threading.Event()
    build = WorldOptions.build

    def slowly(self: WorldOptions):
        building.set()
        built.wait(10)
        return build(self)

    monkeypatch.setattr(WorldOptions, "build", slowly)
    first = threading.Thread(target=clock.advance, args=(1,))
    first.start()
    building.wait(10)
    with pytest.raises(world_options.OptionsError, match="being moved already"):
        clock.advance(1)
    built.set()
    first.join()


def test_control_answers_its_own_key_only(running: tuple[Group, Clock], tmp_path: Path):
    group, clock = running
    file = tmp_path / "group.toml"
    with controlled(group, clock, file):
        said = json.loads(control_client.beside(file).read_text())
        assert httpx.get(f"{said['base_url']}/fault").status_code == 404
        assert control_client.ask(file, "GET", "/fault") == []
        for days in (0, -3):
            with pytest.raises(RefusedError, match="one at least"):
                control_client.ask(file, "POST", "/advance", {"days": days})
        unknown = {"system": "x", "endpoint": "y", "kind": "500"}
        with pytest.raises(RefusedError, match="no system 'x'"):
            control_client.ask(file, "POST", "/fault", unknown)
        # As when the file is of a killed group whose port another program got.
        control_client.beside(file).write_text(json.dumps({**said, "key": "another"}))
        with pytest.raises(NotServingError):
            control_client.ask(file, "GET", "/fault")
    assert not control_client.beside(file).exists()


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    served = Serving(tmp_path_factory.mktemp("control") / "group.toml", *WORLD)
    yield served
    served.end()


def test_the_commands_reach_the_running_group(serving: Serving):
    group = ("--group", str(serving.file))
    armed = sandbox("fault", "shopify", "shop", "429", "--retry-after", "7", *group)
    assert armed.returncode == 0, armed.stderr
    served = serving.group["accounts"][0]
    shop = ShopClient(served["base_url"], serving.secrets[served["secret_env"]])
    answer = shop.post("{ shop { name } }")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert "429" in sandbox("fault", "--list", *group).stdout
    assert "1 faults disarmed" in sandbox("fault", "--clear", *group).stdout
    told = sandbox("advance", "--days", "30", *group)
    assert told.returncode == 0, told.stderr
    assert "orders" in told.stdout
    assert "the clock says 2026-11-14 06:00 UTC (advanced by 30 days)" in told.stdout
    assert shop.post("{ shop { name } }").headers["date"] == "Sat, 14 Nov 2026 06:00:00 GMT"
    assert "2026-10-15 06:00 UTC again" in sandbox("reset", *group).stdout
    faults = sandbox("requests", *group).stdout
    assert "faults" in faults
    shop.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fault", "shopify", "orders"], "say what goes wrong where"),
        (["fault", "shopify", "orders", "flood"], "there is 429, 500"),
        (["advance", "--days", "0"], "one at least"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(serving: Serving, arguments: list[str], said: str):
    told = sandbox(*arguments, "--group", str(serving.file))
    assert told.returncode == 1
    assert said in told.stderr.replace("\n", " ")
    assert "Traceback" not in told.stderr


@pytest.mark.soak
def test_a_clock_moved_while_nothing_serves_is_where_the_next_starts(tmp_path: Path):
    file = tmp_path / "group.toml"
    group = ("--group", str(file))
    assert "no such file" in sandbox("advance", "--days", "3", *group).stderr
    first = Serving(file, *WORLD)
    first.process.kill()
    first.process.wait()
    left = control_client.beside(file)
    assert left.exists()
    told = sandbox("advance", "--days", "30", *group)
    assert told.returncode == 0, told.stderr
    assert "nothing is serving" in told.stdout
    asked = sandbox("fault", "shopify", "orders", "500", *group)
    assert (asked.returncode, "nothing is serving" in asked.stderr) == (1, True)
    later = Serving(file, *WORLD)
    assert later.said[-1].endswith("clock 2026-11-14 06:00 UTC (advanced by 30 days)")
    assert "and 30 days later" in later.end()[2]
    assert "starts 0 days after" in sandbox("reset", *group).stdout
    sandbox("advance", "--days", "30", *group)
    other = Serving(file, *WORLD[:-1], "91")  # another world has its own clock
    assert other.said[-1].endswith("clock 2026-10-15 06:00 UTC")
    other.end()
    assert not left.exists()
    assert not list(tmp_path.glob("*.bulk"))


def test_a_group_that_is_ended_while_its_clock_moves_ends_at_once(tmp_path: Path):
    served = Serving(tmp_path / "group.toml", "--orders", "6000", "--days", "200")
    told: list[str] = []

    def move() -> None:
        try:
            control_client.ask(served.file, "POST", "/advance", {"days": 30})
        except RefusedError as error:
            told.append(str(error))

    mover = threading.Thread(target=move)
    mover.start()
    time.sleep(0.5)
    code, seconds, errors = served.end(signal.SIGTERM)
    mover.join()
    assert (code, "Traceback" in errors) == (0, False), errors
    assert seconds < 4
    assert ["ended before it answered" in text for text in told] == [True]


def test_a_replayed_file_has_no_later_clock(tmp_path: Path):
    (tmp_path / "rows.csv").write_text(TRANSACTIONS)
    served = Serving(
        tmp_path / "group.toml",
        *("--replay", str(tmp_path / "rows.csv"), "--column", "code=Item"),
    )
    told = sandbox("advance", "--days", "1", "--group", str(served.file))
    served.end()
    assert told.returncode == 1
    assert "a replayed file has no later days" in told.stderr.replace("\n", " ")


def test_help_lists_every_command():
    told = sandbox("--help")
    for command in ("serve", "answers", "advance", "reset", "fault", "requests"):
        assert f" {command} " in told.stdout
