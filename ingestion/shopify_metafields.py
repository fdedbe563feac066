"""Fields of a shop's own making: whatever it hangs on one of its objects."""

from ingestion.tables import Table, columns
from ingestion.types import text, timestamp


def metafields_of(parent: Table, what: str) -> Table:
    """The metafields of one kind of object, as a table of its own: their ids name no owner."""
    return Table(
        f"{what}_metafields",
        parent=parent,
        parent_id=f"{what}_id",
        connection="metafields",
        nodes=("Metafield",),
        columns=columns((text, "id namespace key type value"), (timestamp, "createdAt updatedAt")),
    )
