"""What can go wrong in a load, by who has to act on it."""

from collections.abc import Iterator
from contextlib import contextmanager


class LoadError(RuntimeError):
    """A load stopped; nothing of this request was kept. The message says what to do.

    ``stream`` is what was being read, None where the whole account is concerned; ``expected`` and
    ``landed`` count objects, the vendor's and ours, where they are known.
    """

    outcome = "failed"  # what ``load_completeness`` says of such a load

    def __init__(
        self,
        said: str,
        *,
        stream: str | None = None,
        expected: int | None = None,
        landed: int = 0,
    ) -> None:
        super().__init__(said)
        self.stream, self.expected, self.landed = stream, expected, landed


class IncompleteLoad(LoadError):  # noqa: N818 it names the state, not the raise
    """The vendor gave less than it promised: neither rows nor cursor survive, the next run asks again."""

    outcome = "incomplete"


class MissingScope(LoadError):  # noqa: N818 it names the state, not the raise
    """The vendor's app lacks an access scope; loading without it would lose rows silently."""

    outcome = "missing_scope"


class MissingSecret(LoadError):  # noqa: N818 it names the state, not the raise
    """A secret or key isn't in the environment, or isn't of a known form."""


class VendorError(LoadError):
    """The vendor refused (``status``), or stayed unreachable after every retry.

    ``asked`` is what it was asked for: a path without its query, because queries may carry keys.
    """

    def __init__(
        self,
        said: str,
        status: int | None = None,
        *,
        asked: str | None = None,
        stream: str | None = None,
    ) -> None:
        super().__init__(said, stream=stream)
        self.status, self.asked = status, asked


@contextmanager
def while_reading(stream: str) -> Iterator[None]:
    """Say of a failure in here which stream it stopped, unless it says so itself."""
    try:
        yield
    except LoadError as error:
        error.stream = error.stream or stream
        raise
