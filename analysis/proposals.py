"""Pairs of customers that the linking rules leave open, scored for a steward. Tables in, tables out.

Nothing is ever merged here: a proposal waits for a reviewed decision. Splink scores the candidates with
the fixed model of :mod:`analysis.proposals_model`; of each two customers the strongest pair of records
stands for both. A pair that the linking rules refused is always shown, however little else speaks for it:
somebody should look.
"""

import hashlib
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from analysis import proposals_model, proposals_splink
from analysis.identity_history import REFUSED_PAIRS
from analysis.identity_tables import LINKED_RECORD, RECORD
from analysis.proposals_model import COMPARISONS, MODEL_VERSION
from analysis.proposals_records import prepare

LEAST_WEIGHT = 0.0
"""Bits of evidence in favour, prior included: below it a pair is less probable than not."""
SHARED_BY = 12
"""A value that more customers have (an office's phone, a hotel's street) brings nobody together."""
RECORDS = (*RECORD, *LINKED_RECORD)
WEIGHT = pa.decimal128(18, 6)
PROPOSALS = pa.schema(
    [
        ("proposal_id", pa.string()),
        *((name, pa.string()) for name in RECORDS),
        ("match_weight", WEIGHT),
        ("match_probability", WEIGHT),
        ("prior_weight", WEIGHT),
        *((f"{name}_weight", WEIGHT) for name in COMPARISONS),
        ("evidence", pa.string()),
        ("refusal", pa.string()),
        ("model_version", pa.string()),
        ("is_open", pa.bool_()),
        ("recorded_at", pa.timestamp("us")),
    ]
)
# What a record must bring: the columns of marts_pii.customer_contacts.
PROFILES = (
    *("system", "account", "source_id", "customer_key", "first_name", "last_name", "full_name"),
    *("email", "phone", "address", "postal_code", "city", "country"),
)


def score(
    profiles: pa.Table,
    refused: pa.Table | None = None,
    least_weight: float = LEAST_WEIGHT,
    shared_by: int = SHARED_BY,
) -> pa.Table:
    """One row per pair of customers, strongest first: :data:`PROPOSALS` without ``recorded_at``.

    ``refused`` are pairs of records that the rules keep apart (``REFUSED_PAIRS``).
    """
    from splink import DuckDBAPI, Linker

    with duckdb.connect() as con:
        con.register("profiles", profiles.select(PROFILES))
        con.register("refused_pairs", REFUSED_PAIRS.empty_table() if refused is None else refused)
        prepare(con, shared_by)
        if not con.execute("select count(*) from records").fetchall()[0][0]:
            return PROPOSALS.empty_table()
        linker = Linker(
            DuckDBAPI(connection=con).register("records"),
            proposals_splink.settings(),
            log_level="ERROR",
        )
        pairs = linker.inference.predict(warning_mode="never").physical_name
        weights = ", ".join(f"mw_{name}" for name in COMPARISONS)
        gammas = ", ".join(f"gamma_{name}" for name in COMPARISONS)
        found = con.execute(
            f"""with keyed as (
                select *, least(customer_key_l, customer_key_r) as one,
                    greatest(customer_key_l, customer_key_r) as other,
                from {pairs}),
            ranked as (
                select *, row_number() over (partition by one, other
                    order by match_weight desc, least(record_l, record_r), greatest(record_l, record_r)
                ) as pair_rank
                from keyed left join refusals using (one, other)
                where match_weight >= $least or refusal is not null)
            select least(record_l, record_r), greatest(record_l, record_r), refusal, match_weight,
                match_probability, {weights}, {gammas}
            from ranked where pair_rank = 1 order by match_weight desc, 1, 2""",
            {"least": least_weight},
        ).fetchall()
    return pa.Table.from_pylist([_proposal(row) for row in found], schema=PROPOSALS)


def _proposal(row: tuple[Any, ...]) -> dict[str, Any]:
    left, right, refusal, weight, probability, *parts = row
    names, count = tuple(COMPARISONS), len(COMPARISONS)
    parted = {f"{name}_weight": _exact(part) for name, part in zip(names, parts, strict=False)}
    levels = [
        f"{name}: {proposals_model.label(name, gamma)}"
        for name, gamma in zip(names, parts[count:], strict=True)
        if gamma >= 0
    ]
    total = _exact(weight)
    return {
        "proposal_id": proposal_id(left, right),
        **dict(zip(RECORDS, (*left.split("|", 2), *right.split("|", 2)), strict=True)),
        "match_weight": total,
        "match_probability": _exact(probability),
        # What the parts leave is the prior, so that the waterfall adds up to the last digit.
        "prior_weight": total - sum(parted.values(), Decimal(0)),
        **parted,
        "evidence": "; ".join(levels),
        "refusal": refusal,
        "model_version": MODEL_VERSION,
        "is_open": True,
    }


def proposal_id(left: str, right: str) -> str:
    """What people name a proposal by: the same for the same two records, on every run."""
    return "p_" + hashlib.sha256("\n".join(sorted((left, right))).encode()).hexdigest()[:12]


def changes(scored: pa.Table, log: pa.Table, as_of: datetime) -> pa.Table:
    """Rows to append: what is new or weighs otherwise, and what is proposed no more."""
    now, newest = as_of.replace(tzinfo=None), {}
    for row in sorted(log.to_pylist(), key=lambda row: row["recorded_at"]):
        newest[row["proposal_id"]] = row
    appended = []
    for row in scored.to_pylist():
        before = newest.pop(row["proposal_id"], None)
        if before is None or {**row, "recorded_at": None} != {**before, "recorded_at": None}:
            appended.append(row | {"recorded_at": _later(now, before)})
    appended += [
        before | {"is_open": False, "recorded_at": _later(now, before)}
        for before in newest.values()
        if before["is_open"]
    ]
    return pa.Table.from_pylist(appended, schema=PROPOSALS)


def _later(now: datetime, before: dict[str, Any] | None) -> datetime:
    """As of now, but later than the row it replaces: two runs may share one vendor clock."""
    return now if before is None else max(now, before["recorded_at"] + timedelta(microseconds=1))


def _exact(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))
