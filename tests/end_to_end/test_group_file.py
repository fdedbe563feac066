"""The committed ``group.toml`` and the one the sandbox writes name the same group."""

import tomllib

from ingestion import group as group_file
from tests.end_to_end.group import PROJECT, ServedGroup

WHERE_AND_WHEN = {"base_url", "history_from"}  # each sandbox's own


def facts(text: str) -> dict:
    group = tomllib.loads(text)
    accounts = {
        account["account"]: {k: v for k, v in account.items() if k not in WHERE_AND_WHEN}
        for account in group["accounts"]
    }
    return {**group, "accounts": accounts}


def test_the_example_group_is_the_embedded_one(served: ServedGroup):
    assert facts((PROJECT / "group.toml").read_text()) == facts(served.file.read_text())


def test_the_example_group_is_valid_and_each_secret_is_listed():
    group = group_file.load(PROJECT / "group.toml")
    listed = (PROJECT / ".env.example").read_text()
    named = {name for a in group.accounts for name in (a.secret_env, a.webhook_secret_env) if name}
    assert [name for name in sorted(named) if f"{name}=" not in listed] == []
