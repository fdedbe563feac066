"""Which rows of raw are current, as SQL: the rule by which staging reads the log, for whoever looks at raw itself.

Complete loads only; of each object the greatest (``_version_at``, ``_received_at``, ``_version_hash``), unless
that one is gone; of a list's elements those of the object's newest version.
"""

from ingestion.tables import Table


def current(system: str, table: Table) -> str:
    """The current rows of one account (a parameter: ``$account``) in one raw table."""
    anchor = _anchor(table)
    if anchor is None:
        return _newest(system, table, [*table.inherited, *table.key])
    root, column = anchor
    mine = ", ".join(f"children.{name}" for name in dict.fromkeys([*table.inherited, *table.key]))
    return f"""
        select * exclude (copy_rank) from (
            select children.*, row_number() over (partition by {mine}) as copy_rank
            from {_complete(system, table)} as children
            join ({current(system, root)}) as roots
                on children.{column} = roots.id
                and children._version_at = roots._version_at
                and children._received_at = roots._received_at
        ) where copy_rank = 1 and not _deleted"""


def _anchor(table: Table) -> tuple[Table, str] | None:
    """The outermost landed table a row hangs on, and the column that names its object."""
    found = None
    above = table
    while above.parent is not None and above.parent_id is not None:
        if above.parent.landed:
            found = above.parent, above.parent_id
        above = above.parent
    return found


def _newest(system: str, table: Table, key: list[str]) -> str:
    mine = ", ".join(f'"{name}"' for name in dict.fromkeys(key))
    return f"""
        select * exclude (version_rank) from (
            select *, row_number() over (
                partition by {mine} order by _version_at desc, _received_at desc, _version_hash desc
            ) as version_rank
            from {_complete(system, table)}
        ) where version_rank = 1 and not _deleted"""


def _complete(system: str, table: Table) -> str:
    return f"""(
        select * from raw_{system}."{table.name}"
        where account = $account and _dlt_load_id in
            (select load_id from raw_{system}._dlt_loads where status = 0))"""
