"""`concord identity link|unlink`: which two records are meant, and the line that the seed gets."""

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import typer
from typer.testing import CliRunner, Result

from orchestration import environment, identity_decisions_command
from orchestration.identity_decisions import COLUMNS

Ask = Callable[..., Result]
WHY = ("--why", "called them", "--by", "ines")
MAPS = """
    create schema marts;
    create table marts.id_map (system varchar, account varchar, source_id varchar, customer_key varchar,
        recorded_at timestamp, valid_from timestamp, valid_to timestamp, is_current boolean);
    insert into marts.id_map values
        ('hubspot', 'crm', '501', 'ck_ada', '2026-09-01', '2026-09-01', null, true),
        ('shopify', 'nordlicht-de', '901', 'ck_ada', '2026-09-02', '2026-09-02', null, true),
        ('shopify', 'nordlicht-de', '902', 'ck_ben', '2026-09-02', '2026-09-02', null, true);
    create table marts.company_map as
        select * rename (customer_key as company_key) from marts.id_map where false;
    insert into marts.company_map values
        ('hubspot', 'crm', '500', 'co_mill', '2026-09-01', '2026-09-01', '2026-09-09', false),
        ('hubspot', 'crm', '501', 'co_mill', '2026-09-02', '2026-09-02', null, true),
        ('shopify', 'nordlicht-de', '7', 'co_mill', '2026-09-04', '2026-09-04', null, true),
        ('shopify', 'nordlicht-de', '8', 'co_eight', '2026-09-03', '2026-09-03', '2026-09-08', false),
        ('shopify', 'nordlicht-de', '8', 'co_mill', '2026-09-08', '2026-09-08', null, true),
        ('hubspot', 'crm', '902', 'co_bakery', '2026-09-03', '2026-09-03', null, true);
"""


@pytest.fixture
def seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "dbt_project" / "seeds" / "identity_decisions.csv"
    file.parent.mkdir(parents=True)
    file.write_text(",".join(COLUMNS) + "\n")
    monkeypatch.setattr(environment, "PROJECT", tmp_path)
    monkeypatch.setattr(environment, "DBT_PROJECT", tmp_path / "dbt_project")
    return file


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: Path) -> Ask:
    published, group = tmp_path / "published.duckdb", tmp_path / "group.toml"
    with duckdb.connect(str(published)) as con:
        con.execute(MAPS)
    group.write_text("")
    group.with_name("group.toml.env").write_text("")
    monkeypatch.setenv("PUBLISHED_PATH", str(published))
    app = typer.Typer()
    identity_decisions_command.register(app)
    return lambda *arguments: CliRunner().invoke(
        app, [*arguments, "--group", str(group)], env={"COLUMNS": "200"}
    )


def decided(seed: Path) -> list[list[str]]:
    """Each line but when and why."""
    return [list(row.values())[:8] for row in csv.DictReader(seed.open())]


@pytest.mark.parametrize(
    ("pair", "subject", "records"),
    [
        (("crm:501", "nordlicht-de:902"), "person", ("crm:501", "nordlicht-de:902")),
        (("ck_ada", "ck_ben"), "person", ("crm:501", "nordlicht-de:902")),
        # Who was merged away was first a record that is there still.
        (("co_mill", "co_eight"), "company", ("crm:501", "nordlicht-de:8")),
        (("nordlicht-de:7", "crm:501"), "company", ("nordlicht-de:7", "crm:501")),
        (("co_bakery", "crm:501"), "company", ("crm:902", "crm:501")),
        (("crm:902", "crm:501", "--companies"), "company", ("crm:902", "crm:501")),
    ],
)
def test_two_records_or_keys_of_one_kind_are_decided(
    ask: Ask, seed: Path, pair: tuple[str, ...], subject: str, records: tuple[str, str]
) -> None:
    for word, decision in (("link", "link"), ("unlink", "cannot_link")):
        said = ask(word, *pair, *WHY)
        assert said.exit_code == 0, said.output
        assert f"{decision} ({subject}): " in said.output
    lines = decided(seed)
    assert [line[:2] for line in lines] == [[subject, "link"], [subject, "cannot_link"]]
    for line in lines:
        assert (":".join(line[3:5]), ":".join(line[6:8])) == records


@pytest.mark.parametrize(
    ("pair", "complaint"),
    [
        (("ck_ada", "co_mill"), "ck_ada is a person's and co_mill a company's: no person is a"),
        (("nordlicht-de:7", "nordlicht-de:902"), "name two of one kind"),
        (("co_bakery", "co_nobody"), "co_nobody: no record of id_map or company_map ever had"),
        (("nordlicht-de:901", "nordlicht-de:999"), "nordlicht-de:999: no such record in id_map"),
        (("crm:500", "co_bakery"), "crm:500 was deleted or merged away on 2026-09-09; it was co_m"),
        (("nordlicht-de:901", "crm:501", "--companies"), "nordlicht-de:901: no such record in c"),
        (("nordlicht-de:8", "co_eight"), "are one record; name two"),
    ],
)
def test_what_cannot_be_taken_says_why(
    ask: Ask, seed: Path, pair: tuple[str, ...], complaint: str
) -> None:
    said = ask("link", *pair, *WHY)
    assert (said.exit_code, complaint in said.output) == (1, True), said.output
    assert decided(seed) == []


def test_a_pair_decided_twice_names_the_first_in_whichever_order_it_is_named(
    ask: Ask, seed: Path
) -> None:
    ask("link", "co_mill", "co_bakery", *WHY)
    said = ask("link", "crm:902", "co_mill", *WHY)
    assert said.exit_code == 1
    assert "decided already (link, ines, " in said.output
    # The people of these ids are another pair.
    assert ask("link", "crm:501", "nordlicht-de:902", *WHY).exit_code == 0
    assert [line[0] for line in decided(seed)] == ["company", "person"]
