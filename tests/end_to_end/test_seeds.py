"""Two other seeds than the line's: the same scorecard, faults by kind shown when pytest shows what is printed."""

from pathlib import Path

import pytest

from tests.end_to_end import scorecard, scorecard_identity, scorecard_reconciliation
from tests.end_to_end.group import ServedGroup, Warehouse

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("seed", [3, 8])
def test_the_scorecard_holds_on_other_seeds(tmp_path: Path, seed: int):
    options = ["--seed", str(seed), "--orders", "1500", "--days", "500"]
    served = ServedGroup(tmp_path / "served", options).start()
    try:
        warehouse = Warehouse(tmp_path / "warehouse", served.file)
        ran = warehouse.run()
        assert ran.returncode == 0, ran.stdout[-6000:]
        con = scorecard.connect(warehouse.published, served.write_answers(tmp_path / "answers"))
        assert scorecard.order_differences(con) == []
        assert scorecard.ledger_differences(con) == []
        assert scorecard_reconciliation.differing_rows(con) == []
        table = scorecard_reconciliation.faults(con)
        print(f"seed {seed}", *scorecard_reconciliation.shown(table), sep="\n")
        assert {row[0] for row in table} == scorecard_reconciliation.KINDS
        assert [row for row in table if row[1] != row[2] or row[3]] == []
        assert scorecard_identity.without_key(con) == []
        pairs = scorecard_identity.by_systems(con)
        assert [row for row in pairs if row.found > row.right or row.missed] == []
    finally:
        served.stop()
