"""The group file: what it may say, and what is said about what it may not."""

import os
from datetime import date, time
from pathlib import Path

import pytest

from ingestion import group, systems
from ingestion.group import GroupError

GOOD = """
[group]
name = "Nordlicht Group"
currency = "EUR"
zone = "Europe/Berlin"

[[accounts]]
system = "shopify"
account = "nordlicht-de"
legal_entity = "nordlicht-gmbh"
base_url = "http://127.0.0.1:41233/"
zone = "Europe/Berlin"
currency = "EUR"
secret_env = "SHOPIFY_NORDLICHT_DE_SECRET"
owner = "shop-team-de"

[[accounts]]
system = "ecb"
account = "ecb"
legal_entity = "group"
base_url = "https://data-api.ecb.europa.eu"
zone = "Europe/Berlin"
currency = "EUR"
owner = "treasury-team"
history_from = "2025-08-01"

[windows.nightly]
zone = "Europe/Berlin"
start = "01:00"
end = "05:00"
owner = "data-platform"
blackouts = [ { from = "2026-11-27", to = "2026-11-30", reason = "Black Friday" } ]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "group.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_group_file_is_read_whole(tmp_path: Path):
    read = group.load(written(tmp_path, GOOD))
    assert (read.name, read.currency, read.zone) == ("Nordlicht Group", "EUR", "Europe/Berlin")
    shop, ecb = read.accounts
    assert shop.base_url == "http://127.0.0.1:41233"
    assert (ecb.secret_env, ecb.history_from) == (None, date(2025, 8, 1))
    assert read.accounts_of("shopify") == (shop,)
    assert read.account("ecb") is ecb
    window = read.windows["nightly"]
    assert (window.start, window.end, window.owner) == (time(1), time(5), "data-platform")
    assert window.blackouts[0].end == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("Europe/Berlin", "Europe/Berlni"), r"zone 'Europe/Berlni' is unknown; write an IANA"),
        (('currency = "EUR"', 'currency = "EURO"'), r"currency 'EURO' is no ISO 4217 code"),
        (
            ('system = "ecb"', 'system = "etsy"'),
            r"system 'etsy' is unknown; choose from adyen, aftership, bank, ecb, ",
        ),
        (('account = "ecb"', 'account = "nordlicht_de"'), r"meets 'nordlicht-de \(shopify\)'"),
        (('account = "ecb"', 'account = "The ECB"'), r"account 'The ECB' must be lower-case"),
        (("http://127.0.0.1:41233/", "127.0.0.1"), r"base_url '127.0.0.1' is no http"),
        (('owner = "shop-team-de"', ""), r"account 'nordlicht-de': 'owner' is None; give it"),
        (("2025-08-01", "last year"), r"'history_from' is 'last year'; write a date"),
        (('start = "01:00"', 'start = "noon"'), r"window 'nightly': 'start' is 'noon'"),
        (('to = "2026-11-30"', 'to = "2026-11-01"'), r"ends before it starts"),
        (
            ('owner = "treasury-team"', 'owner = "treasury-team"\nwebhook_secret_env = "X"'),
            r"no webhooks of ecb are taken in; take it away \(adyen, shopify, stripe send\)",
        ),
        (
            ('owner = "treasury-team"', 'owner = "treasury-team"\nendpoint_rate = 100'),
            r"endpoint_rate is 100; give a Stripe account the requests a second",
        ),
        (("[group]", "[grupo]"), r"no \[group\] table"),
        (("[[accounts]]", "[[account]]"), r"no \[\[accounts\]\]"),
        (("[group]", "[group"), r"not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place_value_and_remedy(
    tmp_path: Path, change: tuple[str, str], said: str
):
    with pytest.raises(GroupError, match=said):
        group.load(written(tmp_path, GOOD.replace(*change)))


def test_a_group_file_that_is_not_there_says_how_to_name_one(tmp_path: Path):
    with pytest.raises(GroupError, match="--group FILE or GROUP_CONFIG"):
        group.load(tmp_path / "none.toml")


def test_an_account_that_is_not_there_is_told_the_ones_that_are(tmp_path: Path):
    with pytest.raises(GroupError, match="it has: nordlicht-de, ecb"):
        group.load(written(tmp_path, GOOD)).account("nordlicht-at")


def test_secrets_are_read_only_when_asked_for_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "group.toml.env"
    path.write_text("# secrets\nA_SECRET='one=1'\n\nB_SECRET=file\n")
    monkeypatch.setenv("B_SECRET", "shell")
    monkeypatch.delenv("A_SECRET", raising=False)
    assert group.read_env(path) == {"A_SECRET": "one=1"}
    assert (os.environ["A_SECRET"], os.environ["B_SECRET"]) == ("one=1", "shell")
    monkeypatch.delenv("A_SECRET")
    path.write_text("A_SECRET=1\nnot a line\n")
    with pytest.raises(GroupError, match="line 2: not KEY=VALUE"):
        group.read_env(path)
    assert "A_SECRET" not in os.environ


def test_every_module_of_sources_is_a_system_with_tables():
    from ingestion import load

    assert systems() == (
        *("adyen", "aftership", "bank", "ecb", "email_tool", "erp", "hubspot", "paypal"),
        *("salesforce", "shopify", "stripe", "treasury", "zendesk"),
    )
    for system in systems():
        home = load.source_of(system)
        names = [table.name for table in home.TABLES if table.landed]
        assert names
        assert len(names) == len(set(names))
        assert callable(home.extract)
