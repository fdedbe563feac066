"""`concord identity proposals` and how a steward's word comes back: by command and by CSV, all or nothing."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import typer
from typer.testing import CliRunner, Result

from orchestration import environment, proposals_command, proposals_review
from orchestration.identity_decisions import COLUMNS, Decision, keep
from tests.expectations import tiny_steward

Ask = Callable[..., Result]
RECORDS = (("shopify", "nordlicht-de", "901"), ("shopify", "nordlicht-jp", "order:2"))


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
    warehouse, group = tmp_path / "warehouse.duckdb", tmp_path / "group.toml"
    (row,) = tiny_steward.every_table()["marts.identity_proposals"]
    row |= {"evidence": "phone: the same", "refusal": "conflicting_name"}
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema marts; create schema marts_pii")
        kinds = {str: "varchar", Decimal: "decimal(18, 6)"}
        columns = ", ".join(f"{n} {kinds.get(type(v), 'timestamp')}" for n, v in row.items())
        con.execute(f"create table marts.identity_proposals ({columns})")
        marks = ", ".join("?" for _ in row)
        con.execute(f"insert into marts.identity_proposals values ({marks})", list(row.values()))
        con.execute(
            """create table marts_pii.customer_contacts as
            select 'shopify' as system, 'nordlicht-de' as account, '901' as source_id, 'Ada' as first_name,
                '<b>' as last_name, null as full_name, 'ada@example.com' as email, '+49160' as phone,
                null as address, null as postal_code, null as city, 'DE' as country"""
        )
    group.write_text("")
    group.with_name("group.toml.env").write_text("")
    monkeypatch.setenv("WAREHOUSE_PATH", str(warehouse))
    app = typer.Typer()
    proposals_command.register(app)

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [*map(str, arguments), "--group", str(group)])

    return run


def decided(seed: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(seed.open()))


def test_proposals_are_listed_with_what_speaks_for_them(ask: Ask) -> None:
    said = ask("proposals")
    assert said.exit_code == 0, said.output
    for part in (
        "p_1",
        "10.0",
        "0.9990",
        "shopify:nordlicht-de:901",
        "phone: the same",
        "conflicting",
    ):
        assert part in said.output
    assert "no rejected proposals" in ask("proposals", "--status", "rejected").output


@pytest.mark.parametrize(("word", "decision"), [("accept", "link"), ("reject", "cannot_link")])
def test_a_decision_is_a_line_of_the_seed(ask: Ask, seed: Path, word: str, decision: str) -> None:
    said = ask(word, "p_1", "--why", "called her", "--by", "steward")
    assert said.exit_code == 0, said.output
    assert "commit dbt_project/seeds/identity_decisions.csv" in said.output
    (line,) = decided(seed)
    assert (line["decision"], line["decided_by"], line["reason"]) == (
        decision,
        "steward",
        "called her",
    )
    assert tuple(list(line.values())[2:8]) == (*RECORDS[0], *RECORDS[1])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("accept", "p_9", "--why", "x"), "no open proposals begin with 'p_9'"),
        (("accept", "p_1", "--why", "ada@example.com is hers"), "holds an '@'"),
        (("reject", "p_1", "--why", " "), "needs who and why"),
    ],
)
def test_what_cannot_be_taken_says_why(
    ask: Ask, seed: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    said = ask(*arguments, "--by", "steward")
    assert said.exit_code == 1
    assert complaint in said.output
    assert decided(seed) == []


def test_a_csv_is_filled_in_and_taken_as_a_whole(ask: Ask, seed: Path, tmp_path: Path) -> None:
    file = tmp_path / "proposals.csv"
    assert ask("proposals", "--csv", file).exit_code == 0
    assert "ada" not in file.read_text().lower()
    rows = list(csv.DictReader(file.open()))
    rows[0] |= {
        "decision": "accept",
        "decided_by": "steward",
        "reason": "same household, same card",
    }
    for more, count in ([{**rows[0], "decision": "maybe"}], 0), ([], 1):
        with file.open("w", newline="") as lines:
            writer = csv.DictWriter(lines, list(rows[0]))
            writer.writeheader()
            writer.writerows([*rows, *more])
        said = ask("decide", file)
        assert (said.exit_code, len(decided(seed))) == (1 - count, count)
    assert "line 3: decision 'maybe' is none" in ask_again(ask, file, rows)


def test_a_second_decision_about_one_pair_names_the_first_and_how_to_outrank_it(
    ask: Ask, seed: Path
) -> None:
    why = ("--why", "called her", "--by", "steward")
    assert ask("accept", "p_1", *why).exit_code == 0
    assert "decided already (link, steward, " in ask("accept", "p_1", *why).output
    said = ask("reject", "p_1", *why).output
    assert "decided otherwise before (link, steward, " in said
    pair = " ".join(":".join(record) for record in RECORDS)
    assert f"concord identity unlink {pair} --why" in said
    assert len(decided(seed)) == 1
    keep([Decision("person", "cannot_link", *RECORDS, "steward", "asked again")], may_outrank=True)
    first, second = (line["decided_at"] for line in decided(seed))
    assert first < second


def test_a_file_that_decides_one_pair_twice_or_without_a_name_is_not_taken(
    ask: Ask, seed: Path, tmp_path: Path
) -> None:
    file = tmp_path / "proposals.csv"
    ask("proposals", "--csv", file)
    (row,) = csv.DictReader(file.open())
    yes = row | {"decision": "accept", "decided_by": "steward", "reason": "called her"}
    for rows, complaint in (
        ([row], "no line has a decision; fill in accept or reject"),
        ([yes, yes | {"decision": "reject"}], "line 3: shopify:nordlicht-de:901"),
        ([yes | {"decided_by": ""}], "line 2: shopify:nordlicht-de:901"),
    ):
        with file.open("w", newline="") as lines:
            writer = csv.DictWriter(lines, list(row))
            writer.writeheader()
            writer.writerows(rows)
        said = ask("decide", file)
        assert (said.exit_code, complaint in said.output) == (1, True), said.output
    assert decided(seed) == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("proposals", "--status", "opened"), "--status opened: no proposal can be that"),
        (("proposals", "--csv", "nowhere/p.csv"), "there is no folder nowhere; make it"),
        (("decide", "nowhere.csv"), "nowhere.csv: no such file; write it"),
    ],
)
def test_a_wrong_option_names_itself_and_the_next_step(
    ask: Ask, arguments: tuple[str, ...], complaint: str
) -> None:
    said = ask(*arguments)
    assert said.exit_code == 1
    assert complaint in said.output


def ask_again(ask: Ask, file: Path, rows: list[dict[str, str]]) -> str:
    with file.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, {**rows[0], "decision": "maybe"}])
    return ask("decide", file).output


def test_a_page_shows_the_waterfall_to_its_owner_only(ask: Ask, tmp_path: Path) -> None:
    assert ask("proposals", "--charts", tmp_path / "pages").exit_code == 0
    (page,) = (tmp_path / "pages").iterdir()
    assert page.stat().st_mode & 0o777 == 0o600
    text = page.read_text()
    assert text.count("<rect") == len(proposals_review.PARTS) + 1
    assert "+13.00" in text
    assert "-13.00" in text
    assert "ada@example.com" in text
    assert "A linking rule keeps them apart: conflicting_name" in text
    assert "&lt;b&gt;" in text
    assert "<script" not in text


def test_a_seed_with_other_columns_is_not_written_to(seed: Path) -> None:
    seed.write_text("decision,who\n")
    with pytest.raises(
        ValueError, match="its columns are decision,who; restore subject,decision,system"
    ):
        keep([Decision("person", "link", *RECORDS, "steward", "seen")])
    assert seed.read_text() == "decision,who\n"
