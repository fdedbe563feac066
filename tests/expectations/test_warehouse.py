import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import expectations
from expectations import warehouse
from tests.expectations.conftest import Ask
from tests.expectations.planted import earlier

OPENS_FOR_WRITING = (
    "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('create table t (i int)')"
)


def test_suites_are_listed_without_great_expectations() -> None:
    code = "import expectations, sys; assert expectations.suites(); print('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_suite_names_an_owner_and_its_own_relation() -> None:
    for relation, suite in expectations.suites().items():
        assert suite.relation == relation
        assert relation.split(".")[1] == suite.module
        assert suite.owner


@pytest.mark.parametrize("spoilt", ["", "drop table marts.orders"])
def test_another_process_may_write_after_a_suite(clean: Path, tmp_path: Path, spoilt: str) -> None:
    path = shutil.copy(clean, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute(spoilt or "select 1")
    warehouse.run_suite(path, "orders")
    subprocess.run([sys.executable, "-c", OPENS_FOR_WRITING, str(path)], check=True)


def test_great_expectations_still_has_the_private_name_and_we_teach_it_duckdb() -> None:
    from great_expectations.execution_engine import sqlalchemy_execution_engine as gx_engine

    assert "sqlite" in gx_engine._PERSISTED_CONNECTION_DIALECTS
    warehouse._keep_connection()
    warehouse._keep_connection()
    names = [dialect.value for dialect in gx_engine._PERSISTED_CONNECTION_DIALECTS]
    assert names.count("duckdb") == 1
    assert gx_engine._dialect_requires_persisted_connection(connection_string="duckdb:///file")


def test_the_private_name_is_reached_in_one_file() -> None:
    root = Path(warehouse.__file__).parents[1]
    packages = ("expectations", "orchestration", "analysis", "ingestion")
    sources = [path for package in packages for path in (root / package).rglob("*.py")]
    reached = [path.name for path in sources if "_PERSISTED_CONNECTION" in path.read_text()]
    assert reached == ["warehouse.py"]


def test_a_rule_that_breaks_is_a_fault_of_the_audit(ask: Ask) -> None:
    answers = ask("orders", "alter table marts.orders drop column unknown_sales_count")
    broken = answers["no_sale_of_unknown_type"]
    assert (broken.passed, broken.errored) == (False, True)
    assert broken.message.startswith("Fault of the audit, not of the data:")
    assert "unknown_sales_count" in broken.message
    assert answers["orders_equal_the_ledger"].passed


def test_a_missing_relation_fails_every_one_of_its_audits(ask: Ask) -> None:
    answers = ask("revenue_daily", "drop table marts.revenue_daily")
    assert "days_equal_the_ledger" in answers
    assert all(answer.errored and not answer.passed for answer in answers.values())


def test_a_first_run_has_no_history_and_says_how_many_rows_it_saw(ask: Ask) -> None:
    answer = ask("orders")["row_count_did_not_collapse"]
    assert (answer.passed, answer.observed) == (True, "2")
    assert "a first run passes" in answer.expected


def test_only_a_run_that_passed_is_history(ask: Ask) -> None:
    audit = "row_count_did_not_collapse"
    withheld = "update audit.audit_results set passed = false"
    assert ask("orders", earlier("marts.orders", audit, "1,000"), withheld)[audit].passed


def test_what_was_observed_is_said_in_words(ask: Ask) -> None:
    spoilt = "update marts.orders set net_sales_amount = 45.0001, amount_due = 1234.5 where order_id = '1'"
    answer = ask("orders", spoilt)["orders_equal_the_ledger"]
    assert answer.observed == (
        "account nordlicht-de, order id 1, differences net_sales_amount 45.0001 against 45.0000,"
        " amount_due 1234.5000 against 58.0000"
    )
    assert answer.severity == "critical"
    assert answer.owner == "finance-analytics"
    assert "Next: take one order" in answer.message


def test_an_answer_never_quotes_the_address_it_found(ask: Ask) -> None:
    answer = ask("orders", "update marts.orders set channel = 'ada@example.com'")[
        "no_direct_identifier"
    ]
    assert not answer.passed
    assert "@" not in answer.observed + answer.message
    assert answer.owner == "privacy-office"


def test_a_title_with_an_at_sign_names_nobody(ask: Ask) -> None:
    planted = "update marts.order_lines set title = 'Dog tag @ home, 2.5 cm'"
    assert ask("order_lines", planted)["no_direct_identifier"].passed
