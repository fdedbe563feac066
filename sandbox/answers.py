"""The answer key of a world as Parquet: what the product should have found."""

from pathlib import Path

from sandbox.world.model import World


def write_world(world: World, folder: Path) -> None:
    """Write the answer key of a generated world."""
    world.con.execute(f"copy (select * from truth.persons) to '{folder / 'persons.parquet'}'")
