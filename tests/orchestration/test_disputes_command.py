"""`concord disputes`: deadlines with what is missing, and a page that prints: facts, no stranger's text as HTML."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from orchestration import disputes_command
from tests.expectations import tiny_rows, tiny_warehouse

Ask = Callable[..., Result]


MARTS = (
    "orders",
    "order_lines",
    "disputes",
    "payment_ledger",
    "reconciliation",
    "shipments",
    "tickets",
)
PEOPLE = ("customer_contacts", "shipment_signatures")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny group of the audits, published: one dispute of Ada's order, which wasn't delivered."""
    marts = tmp_path_factory.mktemp("published") / "published.duckdb"
    _publish(marts, "marts", MARTS)
    _publish(marts.with_name("published_pii.duckdb"), "marts_pii", PEOPLE)
    with duckdb.connect(str(marts)) as con:
        con.execute("update marts.order_lines set title = 'Lamp <b>& co</b>' where order_id = '1'")
    return marts


def _publish(file: Path, schema: str, names: Iterable[str]) -> None:
    contracts, rows = tiny_warehouse.models(), tiny_rows.every_table()
    with duckdb.connect(str(file)) as con:
        con.execute(f"create schema {schema}")
        for relation in (f"{schema}.{name}" for name in names):
            columns = ", ".join(f'"{name}" {kind}' for name, kind in contracts[relation].items())
            con.execute(f"create table {relation} ({columns})")
            for row in rows[relation]:
                tiny_warehouse.insert(con, relation, **row)


@pytest.fixture
def ask(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    group = tmp_path / "group.toml"
    group.write_text("")
    group.with_name("group.toml.env").write_text("")
    monkeypatch.setenv("PUBLISHED_PATH", str(published))

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(
            disputes_command.app, [*map(str, arguments), "--group", str(group)]
        )

    return run


def test_the_list_shows_the_deadline_and_what_is_missing(ask: Ask) -> None:
    said = ask("list").output
    for word in ("2026-10-30 00:00", "15", "du_1", "10.00 EUR", "fraudulent", "proof of delivery"):
        assert word in said


def test_what_takes_no_evidence_is_listed_only_on_request(
    ask: Ask, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed.duckdb"
    closed.write_bytes(published.read_bytes())
    with duckdb.connect(str(closed)) as con:
        con.execute("update marts.disputes set is_answerable = false, days_left = null")
    monkeypatch.setenv("PUBLISHED_PATH", str(closed))
    assert "no dispute waits for evidence" in ask("list").output
    assert "du_1" in ask("list", "--all").output


def test_a_page_has_the_case_and_fetches_nothing(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "case.html"
    said = ask("page", "du_1", "--out", file)
    assert said.exit_code == 0, said.output
    page = file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    for fact in (
        "Evidence is due on 2026-10-30 00:00: 15 days left",
        "112.00",
        "txn_4",
        "proof of delivery",
    ):
        assert fact in page
    assert "Lamp &lt;b&gt;&amp; co&lt;/b&gt;" in page
    assert "<b>" not in page
    for fetched in ("http:", "https:", "src=", "url(", "<link", "<script"):
        assert fetched not in page


def test_the_buyer_is_named_on_request_only(ask: Ask, tmp_path: Path) -> None:
    plain, personal = tmp_path / "plain.html", tmp_path / "personal.html"
    assert ask("page", "payments-gmbh:du_1", "--out", plain).exit_code == 0
    assert ask("page", "du_1", "--personal", "--out", personal).exit_code == 0
    for named in ("ada@", "B. LOVELACE"):
        assert named not in plain.read_text()
        assert named in personal.read_text()


def test_an_unknown_dispute_is_named_with_what_to_do(ask: Ask) -> None:
    said = ask("page", "du_none")
    assert said.exit_code == 1


def test_a_dispute_of_two_accounts_has_to_be_named_whole(
    ask: Ask, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = tmp_path / "twice.duckdb"
    twice.write_bytes(published.read_bytes())
    with duckdb.connect(str(twice)) as con:
        con.execute(
            "insert into marts.disputes by name select * replace ('payments-kk' as account) from marts.disputes"
        )
    monkeypatch.setenv("PUBLISHED_PATH", str(twice))
    out = tmp_path / "one.html"
    assert ask("page", "du_1", "--out", out).exit_code == 1
    assert ask("page", "payments-kk:du_1", "--out", out).exit_code == 0
    assert "payments-kk" in out.read_text()
    assert f"{datetime(2026, 10, 15, 6):%Y-%m-%d %H:%M}" in out.read_text()
