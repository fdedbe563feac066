"""``marts.load_completeness``: did every account deliver all it promised, and does time go forward?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.load_completeness"
OWNER = "data-platform"

_NEWEST = """
    loads as (
        select *, max(checked_at) over (partition by system, account, stream, load_id) as loaded_at from batch
    ),
    newest as (
        select * from loads
        qualify rank() over (partition by system, account, stream order by loaded_at desc, load_id desc) = 1
    )"""
_AS_OF = "as_of_never_moves_back"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "every_stream_is_complete",
            f"""
            with {_NEWEST}
            select account, stream, window_start, expected, landed, status
            from newest
            where status <> 'complete' or landed < coalesce(expected, 0)
            """,
            severity="critical",
            expected="as many rows landed as the vendor said it has, in the newest load of each stream",
            notes="Half a day of orders is worse than yesterday's whole one: nobody sees what is missing.",
            next_step="run again; if it stays, compare expected and landed with the account's request log.",
            measure="""
                select count(distinct account || stream) || ' streams of ' || count(distinct account)
                       || ' accounts' from marts.load_completeness""",
        ),
        no_rows(
            "every_account_was_loaded",
            """
            with loaded as (select distinct system, account from batch)
            select accounts.system, accounts.account, accounts.owner
            from marts.accounts as accounts
            left join loaded
                on accounts.system = loaded.system and accounts.account = loaded.account
            where loaded.account is null
            """,
            severity="critical",
            expected="a load of every account of group.toml",
            notes="A shop that was never read is missing from every group total.",
            next_step="concord load <system>, and read what it says about the account's access.",
        ),
        no_rows(
            "no_stream_was_forgotten",
            f"""
            with {_NEWEST},
            accounts as (
                select system, account, max(checked_at) as loaded_at
                from batch where stream not like '%:%' group by all
            )
            select distinct
                newest.account, newest.stream, newest.loaded_at as asked_at, accounts.loaded_at
            from newest
            inner join accounts
                on newest.system = accounts.system and newest.account = accounts.account
            where newest.loaded_at < accounts.loaded_at - interval 2 day
                -- A backfill or a sweep is asked for by a person, once.
                and newest.stream not like '%:%'
            """,
            severity="warning",
            expected="every stream asked for whenever its account is",
            notes="A stream that is skipped, for want of a scope say, keeps its old rows for ever.",
            next_step="see whether the stream is still declared in ingestion/sources, and its scope granted.",
        ),
        no_rows(
            "as_many_as_the_shop_counts",
            """
            select
                system, account, stream, counted_count, held_count, asked_at,
                'concord sweep ' || system || ' --account ' || account as next_step
            from intermediate.int_object_counts__compared
            where counted_count <> held_count
            """,
            severity="warning",
            expected="as many current objects of each list as the shop says it has in all",
            notes="A load proves its own window; what was lost or deleted before shows in the whole count only.",
            next_step="the row's own: a sweep fetches what is missing here and marks what is gone there.",
            measure="""
                select count(*) || ' lists, ' || coalesce(sum(held_count), 0) || ' objects'
                from intermediate.int_object_counts__compared""",
        ),
        no_rows(
            _AS_OF,
            f"""
            with earlier as (
                select max(try_cast(observed as timestamp)) as as_of_before
                from earlier_audits
                where relation = '{RELATION}' and audit = '{_AS_OF}' and passed
            )
            select context.as_of, earlier.as_of_before
            from raw_group.run_context as context
            cross join earlier
            where context.as_of < earlier.as_of_before
                and exists (select 1 from batch)
            """,
            severity="critical",
            expected="not before the as_of of an earlier run",
            notes="Values would un-mature and customers grow younger: a vendor's clock or file is old.",
            next_step="compare the vendors' Date headers; does base_url point to another environment?",
            measure="select strftime(as_of, '%Y-%m-%d %H:%M:%S') from raw_group.run_context",
        ),
    ]
