"""Company keys: which records of CRMs and shops are one company, resolved as customers are.

Companies have neither addresses nor numbers here: a vendor's own link or merge speaks for them, that all
of a shop company's buyers whom a CRM knows belong to one company there, and stewards. Orchestration reads and
appends as for customers, to logs of the same columns with ``company`` for ``customer``.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Mapping

import pyarrow as pa

from analysis import shared_buyers
from analysis.identity_history import LOGS, History
from analysis.identity_logs import conform
from analysis.identity_tables import DECISIONS, INSTANT, LINKS, NODES, RECORD, Records
from analysis.shared_buyers import PEOPLE

PREFIX = "co"
COMPANIES = pa.schema([*((name, pa.string()) for name in RECORD), ("first_seen_at", INSTANT)])
TABLES = {
    log: f"company_{log.removeprefix('customer_')}"
    for log in LOGS
    if not log.startswith("refus")  # of identifiers and of pairs that guards keep apart: none here
}
"""Log of a resolution -> the table of ``raw_identity`` that keeps it for companies."""
SCHEMAS = {
    table: pa.schema(
        [field.with_name(field.name.replace("customer", "company")) for field in LOGS[log]]
    )
    for log, table in TABLES.items()
}


def records(
    companies: pa.Table,
    links: pa.Table,
    people: pa.Table,
    assignments: pa.Table,
    decisions: pa.Table,
) -> Records:
    """What there is to resolve; ``assignments`` is the log of people's keys, whole."""
    companies = conform(companies, COMPANIES).sort_by([(name, "ascending") for name in RECORD])
    known = {"node_kind": pa.repeat("company", len(companies))}
    known |= {name: companies[name] for name in COMPANIES.names}
    nodes = [known.get(field.name, pa.nulls(len(companies), field.type)) for field in NODES]
    links, decisions = conform(links, LINKS), conform(decisions, DECISIONS)
    merged = shared_buyers.merged_companies(companies, links, decisions)
    shared = shared_buyers.links(companies, merged, conform(people, PEOPLE), assignments)
    return Records(
        pa.table(nodes, schema=NODES),
        links=pa.concat_tables([links, shared]),
        decisions=decisions,
    )


def history(tables: Mapping[str, pa.Table]) -> History:
    """The tables of companies as a resolution reads its logs."""
    return History(
        **{log: tables[table].rename_columns(LOGS[log].names) for log, table in TABLES.items()}
    )


def appended(log: str, rows: pa.Table) -> pa.Table:
    """A log's new rows as the companies' table has them."""
    return rows.rename_columns(SCHEMAS[TABLES[log]].names)
