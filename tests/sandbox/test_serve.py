"""``python -m sandbox``: its ready line, its files, its end; the answer key and the request log."""

import json
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest

from sandbox import group_secrets
from sandbox.world_options import WorldOptions
from tests.sandbox.process import Serving, sandbox
from tests.sandbox.shop_client import ShopClient

WORLD = ["--seed", "3", "--orders", "120", "--days", "90"]
TRANSACTIONS = """InvoiceNo,Item,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,17850,United Kingdom
C536368,85123A,LANTERN,-2,2010-12-06 10:00:00,2.55,17850,United Kingdom
"""


def rows_of(file: Path) -> list[tuple]:
    """All rows in one order: a Parquet writer owes nobody the same bytes twice."""
    return duckdb.execute("from read_parquet(?) order by all", [str(file)]).fetchall()


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    served = Serving(tmp_path_factory.mktemp("serve") / "group.toml", *WORLD)
    yield served
    if served.process.poll() is None:
        served.end()


def test_one_line_on_stdout_says_ready_and_every_server_answers(serving: Serving):
    accounts = serving.group["accounts"]
    clock = "2026-10-15 06:00 UTC"
    assert serving.said == [
        f"ready: {len(accounts)} servers, group file {serving.file}, clock {clock}"
    ]
    for account in accounts:
        requests = httpx.URL(account["base_url"]).join("/_sandbox/requests")
        assert httpx.get(requests).status_code == 200


def test_the_group_file_names_accounts_windows_and_blackouts(serving: Serving):
    group = serving.group
    assert group["group"] == {
        "name": "Nordlicht Group",
        "currency": "EUR",
        "zone": "Europe/Berlin",
    }
    named = [(a["system"], a["account"]) for a in group["accounts"]]
    assert named[:3] == [("shopify", f"nordlicht-{shop}") for shop in ("de", "world", "jp")]
    assert named[3:] == [
        ("stripe", "payments-gmbh"),
        ("stripe", "payments-kk"),
        ("hubspot", "crm"),
        ("aftership", "parcels"),
        ("email_tool", "newsletter"),
        ("salesforce", "sales-eu"),
        ("salesforce", "sales-jp"),
        ("zendesk", "support"),
        ("adyen", "adyen-gmbh"),
        ("adyen", "adyen-kk"),
        ("paypal", "paypal-gmbh"),
        ("bank", "bank-gmbh"),
        ("bank", "bank-kk"),
        ("erp", "erp"),
        ("ecb", "ecb"),
        ("treasury", "treasury"),
    ]
    needed = {"system", "account", "legal_entity", "base_url", "zone", "currency", "owner"}
    assert all(needed <= set(account) for account in group["accounts"])
    assert len({account["base_url"] for account in group["accounts"]}) == len(group["accounts"])
    nightly = group["windows"]["nightly"]
    assert (nightly["start"], nightly["end"], nightly["zone"]) == (
        "01:00",
        "05:00",
        "Europe/Berlin",
    )
    assert nightly["blackouts"][0]["reason"] == "Black Friday"


def test_secrets_lie_beside_for_their_owner_only(serving: Serving):
    env = serving.file.with_name("group.toml.env")
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    names = ("secret_env", "webhook_secret_env")
    named = {a[name] for a in serving.group["accounts"] for name in names if name in a}
    assert set(serving.secrets) == {*named, "CONCORD_HASH_KEY", "CONCORD_RETRY_WAITS"}
    assert serving.secrets["SHOPIFY_NORDLICHT_DE_SECRET"].startswith("shpat_")
    assert ":" in serving.secrets["SHOPIFY_NORDLICHT_WORLD_SECRET"]
    assert serving.secrets["STRIPE_PAYMENTS_KK_SECRET"].startswith("rk_live_")
    assert serving.secrets["HUBSPOT_CRM_SECRET"].startswith("pat-eu1-")
    assert serving.secrets["AFTERSHIP_PARCELS_SECRET"].startswith("asat_")
    assert not any(secret in serving.file.read_text() for secret in serving.secrets.values())


def test_the_same_seed_has_the_same_secrets_and_another_has_others(
    tmp_path: Path, serving: Serving
):
    first = WorldOptions(seed=3).name
    secret = group_secrets.secret(first, "nordlicht-de", "token")
    assert secret == serving.secrets["SHOPIFY_NORDLICHT_DE_SECRET"]
    other = WorldOptions(seed=4).name
    assert secret != group_secrets.secret(other, "nordlicht-de", "token")


def test_every_request_is_logged_without_a_secret(serving: Serving):
    account = serving.group["accounts"][0]
    secret = serving.secrets[account["secret_env"]]
    client = ShopClient(account["base_url"], secret)
    client.data("query Named { orders(first: 3) { nodes { id } } }")
    operation = client.bulk("{ orders { edges { node { id } } } }")
    client.http.get(operation["url"])
    client.post("{ shop { name } }", "/admin/api/nope/graphql.json")
    client.close()
    lines = httpx.get(account["base_url"] + "/_sandbox/requests").json()
    wanted = {"time", "system", "account", "method", "path", "operation", "status", "bytes", "cost"}
    wanted.add("fault")
    assert all(set(line) == wanted for line in lines)
    named = next(line for line in lines if line["operation"] == "Named")
    assert (named["status"], named["cost"], named["method"]) == (200, 5, "POST")
    assert named["bytes"] > 0
    assert lines[-1]["status"] == 404
    file = serving.file.with_name("group.toml.requests.jsonl")
    text = file.read_text()
    assert json.loads(text.splitlines()[0])["account"]
    signature = operation["url"].partition("signature=")[2]
    assert secret not in text
    assert signature not in text
    shown = sandbox("requests", "--group", str(serving.file))
    assert "Named" in shown.stdout
    as_json = sandbox("requests", "--json", "--group", str(serving.file))
    assert len(as_json.stdout.splitlines()) == len(file.read_text().splitlines())


def test_answers_come_from_the_running_worlds_description(serving: Serving, tmp_path: Path):
    told = sandbox("answers", "--group", str(serving.file), "--out", str(tmp_path / "a"))
    assert told.returncode == 0, told.stderr
    asked = sandbox("answers", *WORLD, "--out", str(tmp_path / "b"))
    assert asked.returncode == 0, asked.stderr
    files = sorted(file.name for file in (tmp_path / "a").glob("*.parquet"))
    assert "ledger.parquet" in files
    for name in files:
        told_rows, asked_rows = (rows_of(tmp_path / side / name) for side in ("a", "b"))
        assert told_rows, name
        assert told_rows == asked_rows, name


def test_an_interrupt_ends_it_soon_and_leaves_no_temporary_files(serving: Serving):
    account = serving.group["accounts"][0]
    client = ShopClient(account["base_url"], serving.secrets[account["secret_env"]])
    client.run_bulk("{ orders { edges { node { id } } } }")
    before = {file.name for file in serving.file.parent.iterdir()}
    assert {"group.toml.requests.bulk", "group.toml.control.json"} <= before
    code, seconds, errors = serving.end()
    assert code == 0, errors
    assert seconds < 4
    assert "Traceback" not in errors
    left = {file.name for file in serving.file.parent.iterdir()}
    assert left == {
        "group.toml",
        *(f"group.toml.{name}" for name in ("env", "requests.jsonl", "world.json")),
    }
    with pytest.raises(httpx.TransportError):
        client.post("{ shop { name } }")
    client.close()


def test_a_replayed_file_prints_its_mapping_first_and_ends_on_sigterm(tmp_path: Path):
    (tmp_path / "rows.csv").write_text(TRANSACTIONS)
    served = Serving(
        tmp_path / "group.toml",
        *("--replay", str(tmp_path / "rows.csv"), "--column", "code=Item"),
        *("--group-currency", "GBP"),
    )
    mapping = "\n".join(served.said[:-1])
    assert "shipping" in mapping
    assert "POST" in mapping
    assert "18.0" in mapping
    assert served.said[-1].startswith("ready: 3 servers")
    assert served.group["group"]["currency"] == "GBP"
    account = served.group["accounts"][0]
    assert (account["currency"], account["zone"]) == ("GBP", "Europe/London")
    client = ShopClient(account["base_url"], served.secrets[account["secret_env"]])
    assert client.data("{ ordersCount { count } }") == {"ordersCount": {"count": 2}}
    client.close()
    assert served.end(signal.SIGTERM)[0] == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["serve", "--orders", "1", "--write-group", "FILE"], "named cases"),
        (["serve", "--replay", "none.csv", "--write-group", "FILE"], "none.csv"),
        (
            ["serve", "--replay", "FILE.csv", "--zone", "Mars", "--write-group", "FILE"],
            "--zone Mars",
        ),
        (
            ["serve", "--replay", "FILE.csv", "--column", "shop=x", "--write-group", "FILE"],
            "invoice",
        ),
        (["answers", "--group", "FILE", "--out", "FILE.out"], "no such file"),
        (["requests", "--group", "FILE"], "no request log"),
    ],
)
def test_wrong_options_are_told_in_a_line(tmp_path: Path, options: list[str], said: str):
    (tmp_path / "group.toml.csv").write_text(TRANSACTIONS)
    told = sandbox(*(o.replace("FILE", str(tmp_path / "group.toml")) for o in options))
    assert told.returncode == 1
    assert said in told.stderr.replace("\n", " ")
    assert "Traceback" not in told.stderr
