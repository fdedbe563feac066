"""Objects that were refused and landed later: ``raw_group.dead_letter_landings``, a view over every raw table.

An object corrected at the vendor comes back as a newer version. Whoever reads a letter must see that it
is settled, and only raw knows.
"""

from collections.abc import Mapping

from ingestion import source_of, systems
from ingestion.tables import Table, columns
from ingestion.types import Type, text, timestamp

VIEW = "dead_letter_landings"
LANDINGS: Mapping[str, Type] = columns(
    (text, "system account stream source_id reason"), (timestamp, "landed_at")
)


def view() -> str:
    """The statement that makes the view anew; every system's tables must exist."""
    union = " union all ".join(
        _landings(system, table)
        for system in systems()
        for table in source_of(system).TABLES
        if table.landed
    )
    return f"create or replace view raw_group.{VIEW} as {union}"


def _landings(system: str, table: Table) -> str:
    """A landed row is the letter's object, in no older a version, received later than the letter."""
    schema = f"raw_{system}"
    complete = f"(select load_id from {schema}._dlt_loads where status = 0)"
    key = " || '#' || ".join(f'cast(landed."{name}" as varchar)' for name in table.key)
    # A letter names its table where its reason begins.
    return (
        f"select '{system}' as system, letters.account, letters.stream, letters.source_id,"
        f" letters.reason, max(landed._received_at) as landed_at from {schema}.dead_letters as letters"
        f" inner join {schema}.{table.name} as landed"
        f" on letters.account = landed.account and letters.source_id = {key}"
        f" and landed._version_at >= letters._version_at"
        f" and landed._received_at > letters._received_at"
        f" where (starts_with(letters.reason, '{table.name}.')"
        f" or starts_with(letters.reason, '{table.name}:'))"
        f" and letters._dlt_load_id in {complete} and landed._dlt_load_id in {complete}"
        f" group by all"
    )
