"""`concord webhooks` and `concord status`, as a person uses them, on a group whose vendor is down or not needed."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from ingestion import group as group_file
from ingestion.webhooks.store import Store, store_of
from orchestration import overview
from tests.ingestion.senders import serving

pytestmark = pytest.mark.soak

CONCORD = str(Path(sys.executable).with_name("concord"))
GROUP = """
[group]
name = "Tiny"
currency = "EUR"
zone = "Europe/Berlin"

[[accounts]]
system = "shopify"
account = "shop"
legal_entity = "tiny-gmbh"
base_url = "http://127.0.0.1:9"
zone = "Europe/Berlin"
currency = "EUR"
secret_env = "TINY_SECRET"
webhook_secret_env = "SHOP_WEBHOOKS"
owner = "shop-team"
"""


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "group.toml"
    file.write_text(GROUP)
    monkeypatch.setenv("SHOP_WEBHOOKS", "shpss_webhooks")
    monkeypatch.setenv("TINY_SECRET", "shpat_static")
    monkeypatch.setenv("CONCORD_HASH_KEY", "a-key-for-tests")
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.setenv("PUBLISHED_PATH", str(tmp_path / "published.duckdb"))
    return file


def concord(group: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CONCORD, *arguments, "--group", str(group)],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )


def status(warehouse: Path) -> str:
    """What `concord status` says of webhooks."""
    said = io.StringIO()
    overview._webhooks(Console(file=said, width=160), warehouse)
    return said.getvalue()


def test_events_are_listed_drained_replayed_and_a_legal_request_is_answered(group: Path):
    warehouse = Path(os.environ["WAREHOUSE_PATH"])
    with serving(warehouse, group_file.load(group)) as vendor:
        person = {"id": 1, "email": "ann@example.com", "phone": ""}
        vendor.shopify("customers/redact", {"shop_id": 5, "customer": person}, "p1")
        vendor.shopify("moon/landed", {"id": 1}, "e1")
    told = status(warehouse)
    assert "webhooks: 2 events wait for the next run, the oldest since" in told
    assert "1 legal requests are open, the first due" in told
    assert re.search(
        r"shopify +shop +moon/landed .* 1 +1", concord(group, "webhooks", "list").stdout
    )
    drained = concord(group, "webhooks", "drain")
    assert "2 events are in, 0 requests" in drained.stdout, drained.stderr
    again = concord(group, "webhooks", "replay", "--since", "2026-01-01", "--account", "shop")
    assert "2 events since 2026-01-01 00:00:00 come again" in again.stdout
    assert Store(store_of(warehouse)).depth("raw") == 0

    listed = concord(group, "webhooks", "privacy").stdout
    (request,) = re.findall(
        r"^([0-9a-f]{12}) +shop +customers/redact .* open, 29 days", listed, re.MULTILINE
    )
    assert "ann@example.com" not in listed
    assert "ann@example.com" in concord(group, "webhooks", "privacy", "--show", request).stdout
    unsaid = concord(group, "webhooks", "privacy", "--done", request)
    assert unsaid.returncode == 1
    assert "--by NAME --why TEXT" in unsaid.stderr
    answer = ("--done", request, "--by", "ada", "--why", "erased by hand")
    assert re.search(rf"{request} .* done", concord(group, "webhooks", "privacy", *answer).stdout)
    assert status(warehouse) == "webhooks: 0 events wait for the next run\n"
    with duckdb.connect(str(warehouse), read_only=True) as con:
        noted = con.execute(
            "select account, request_id, decided_by, why from raw_webhooks.privacy_decisions"
        ).fetchall()
    assert noted == [("shop", request, "ada", "erased by hand")]


def test_a_drain_that_cannot_ask_the_shop_says_so_and_keeps_the_events(
    group: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CONCORD_RETRY_WAITS", "")
    monkeypatch.delenv("TINY_SECRET")
    warehouse = Path(os.environ["WAREHOUSE_PATH"])
    with serving(warehouse, group_file.load(group)) as vendor:
        vendor.shopify("orders/create", {"admin_graphql_api_id": "gid://shopify/Order/1"}, "e1")
    told = concord(group, "webhooks", "drain")
    assert told.returncode == 1
    assert "webhooks: events of 1 accounts still wait" in told.stderr
    assert "TINY_SECRET isn't set" in told.stderr
    assert Store(store_of(warehouse)).depth("raw") == 1


def test_a_group_without_a_signing_secret_is_told_what_to_name(group: Path):
    group.write_text(GROUP.replace('webhook_secret_env = "SHOP_WEBHOOKS"\n', ""))
    told = concord(group, "webhooks", "serve")
    assert told.returncode == 1
    assert "no account names a webhook_secret_env" in told.stderr
