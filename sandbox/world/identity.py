"""Who is who: every vendor record's true person, and what its evidence can tell of it.

Grain: one row per record of a shop (customers, guest checkouts), of the CRMs (contacts and leads, merged and
deleted ones too), of support (users who aren't staff) and of the PSPs (customers). What evidence there is stands in ``identity_evidence``; here it is joined.
"""

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sandbox.world.identity_evidence import create_evidence
from sandbox.world.identity_phones import create_phone_keys


def create_person_records(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.person_records``: the person behind each record, and the records that go together.

    Those of one ``cluster_id`` are those that evidence allows to link, so exactly they should have one
    customer key. ``linkable`` ones are in the person's main cluster: the one that holds its main address,
    or, of a person without a usable one, the largest of at least two records.
    """
    create_evidence(con)
    _components(con)
    create_phone_keys(con)
    _components(con)
    con.execute(
        """create or replace table truth.person_records as
        with named as (
            select r.*, c.component, n.note from truth.identity_records as r
            join truth.identity_components as c using (node) join truth.identity_notes as n using (node)),
        clusters as (
            select component, any_value(pid) as pid, count(*) as records,
                min(account || ':' || source_id) as first_record from named group by component),
        addresses as (
            select n.component, min(e.key) filter (e.key <> n.pid || ':main') as other,
                bool_or(e.key = n.pid || ':main') as has_main
            from truth.identity_keys as e join named as n using (node)
            where e.kind = 'address' group by n.component),
        ranked as (
            select c.*, coalesce(a.has_main, false) as has_main,
                case when a.has_main then c.pid || ':main' else coalesce(a.other, c.first_record) end as cluster_id,
                row_number() over (partition by c.pid order by coalesce(a.has_main, false) desc,
                    c.records desc, c.first_record) as rank
            from clusters as c left join addresses as a using (component))
        select 'p' || lpad(cast(n.pid as varchar), 8, '0') as person_id, n.system, n.account, n.source_id,
            k.rank = 1 and (k.has_main or k.records > 1) as linkable, k.cluster_id, n.note, n.pid
        from named as n join ranked as k using (component)"""
    )


def _components(con: duckdb.DuckDBPyConnection) -> None:
    components(con, "truth.identity_records", "truth.identity_keys", "truth.identity_components")


def components(con: duckdb.DuckDBPyConnection, records: str, keys: str, into: str) -> None:
    """Write ``into``, (node, component): records that share a (kind, key), directly or through others."""
    found = con.sql(
        f"""select node, dense_rank() over (order by kind, key) - 1 as key
        from {keys} order by node"""
    ).to_arrow_table()
    (count,) = con.execute(f"select count(*) from {records}").fetchall()[0]
    node, key = (found[name].to_numpy() for name in ("node", "key"))
    size = count + (int(key.max()) + 1 if len(key) else 0)
    # Keys are nodes as well, behind the records.
    edges = coo_array((np.ones(len(node), dtype=np.int8), (node, count + key)), shape=(size, size))
    _, labels = connected_components(edges, directed=False)
    con.register(
        "labels",
        pa.table({"node": np.arange(count), "component": labels[:count].astype("int64")}),
    )
    con.execute(f"create or replace table {into} as from labels")
    con.unregister("labels")
