"""What can go wrong in a load, by who has to act on it."""


class LoadError(RuntimeError):
    """A load stopped; nothing of this request was kept. The message says what to do."""


class IncompleteLoad(LoadError):  # noqa: N818 it names the state, not the raise
    """The vendor gave less than it promised: neither rows nor cursor survive, the next run asks again."""


class MissingScope(LoadError):  # noqa: N818 it names the state, not the raise
    """The vendor's app lacks an access scope; loading without it would lose rows silently."""


class MissingSecret(LoadError):  # noqa: N818 it names the state, not the raise
    """A secret or key isn't in the environment, or isn't of a known form."""


class VendorError(LoadError):
    """The vendor refused (``status``), or stayed unreachable after every retry."""

    def __init__(self, said: str, status: int | None = None) -> None:
        super().__init__(said)
        self.status = status
