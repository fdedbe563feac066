"""What we ask Shopify about its streams: which scopes we have, how much there is, how far bulk operations are."""

from collections.abc import Iterator, Sequence

from ingestion.shopify_documents import addressed, bulk, listed, listed_roots, more, nested, pages
from ingestion.shopify_selections import block, call, fields
from ingestion.shopify_streams import Stream

INSTALLATION = "{ currentAppInstallation { accessScopes { handle } } }"
AT_ONCE = 5  # bulk queries that Shopify runs side by side for an app, from 2026-01 on
WHOLE = "_whole"  # of a stream's name: the count of all that the shop has
LISTED = 50  # ids of a list that the opening question asks for: a query may cost 1,000 points


def shipped(streams: Sequence[Stream]) -> Iterator[tuple[str, str]]:
    """Every document we may send, by name; bulk ones as the text inside the mutation."""
    yield "installation", INSTALLATION
    every = [stream for stream in streams if stream.count]
    first = [(stream, stream.count is not None) for stream in streams]
    yield "opening.first", opening(first, every)
    counted = [(stream, bool(stream.count and stream.count_filters)) for stream in streams]
    yield "opening.later", opening(counted, every)
    connections = [stream for stream in streams if not stream.is_object]
    yield "bulk.run", run_bulk([stream.name for stream in connections[:AT_ONCE]])
    yield "bulk.poll", poll_bulk([stream.name for stream in connections[:AT_ONCE]])
    for stream in connections:
        if stream.count:
            yield f"{stream.name}.count", count(stream)
        since = f"{stream.filter}:>='2026-01-01T00:00:00Z'" if stream.filter else ""
        yield f"{stream.name}.bulk", bulk(stream, since)
        yield f"{stream.name}.pages", pages(stream)
        yield f"{stream.name}.by_id", addressed(stream)
        yield f"{stream.name}.ids", listed_roots(stream)
        for table in nested(stream):
            yield f"{stream.name}.more.{table.name}", more(stream, table)
            yield f"{stream.name}.ids.{table.name}", listed(table)


def opening(asked: Sequence[tuple[Stream, bool]], whole: Sequence[Stream] = ()) -> str:
    """How much there is of every stream, and the single objects themselves: one query, by stream name.

    A stream that is counted is asked for its count, any other for the first ids of its list. Variables
    are the searches, by stream name. Those in ``whole`` are counted without a search, too.
    """
    given, questions, objects = [], [], []
    for stream, is_counted in asked:
        query = f"query: ${stream.name}"
        if stream.is_object:
            objects.append(
                block(f"{stream.name}: {stream.root}", fields(stream, stream.root_table))
            )
            continue
        if is_counted:
            search = query if stream.count_filters else None
            questions.append(f"{stream.name}: {_count(stream, search)}")
        else:
            search = query if stream.filter else None
            questions.append(f"{stream.name}: {_first_ids(stream, search)}")
        if search:
            given.append(f"${stream.name}: String")
    counts = [f"{stream.name}{WHOLE}: {_count(stream, None)}" for stream in whole]
    return block(call("query Opening", *given), [*questions, *counts, *objects])


def count(stream: Stream) -> str:
    if not stream.count_filters:
        return f"{{ {_count(stream, None)} }}"
    return f"query Count($query: String) {{ {_count(stream, 'query: $query')} }}"


def run_bulk(names: Sequence[str]) -> str:
    """Start several bulk queries; the variables are their texts, answers come under the same names."""
    started = "{ bulkOperation { id status } userErrors { field message code } }"
    given = (f"${name}: String!" for name in names)
    return block(
        call("mutation RunBulk", *given),
        [
            f"{name}: bulkOperationRunQuery(query: ${name}, groupObjects: false) {started}"
            for name in names
        ],
    )


def poll_bulk(names: Sequence[str]) -> str:
    state = "{ id status errorCode objectCount rootObjectCount url partialDataUrl }"
    given = (f"${name}: ID!" for name in names)
    asked = [f"{name}: bulkOperation(id: ${name}) {state}" for name in names]
    return block(call("query PollBulk", *given), asked)


def _count(stream: Stream, search: str | None) -> str:
    """No limit: by default Shopify stops counting at 10,000."""
    return f"{call(stream.count or '', search, 'limit: null')} {{ count precision }}"


def _first_ids(stream: Stream, search: str | None) -> str:
    head = call(stream.root, f"first: {LISTED}", search, stream.arguments.get(stream.root))
    listing = f"{head} {{ edges {{ node {{ id }} }} pageInfo {{ hasNextPage }} }}"
    return f"{stream.under} {{ {listing} }}" if stream.under else listing
