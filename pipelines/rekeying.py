"""Brings what is loaded to the shops.toml in force: which segments are outdated, and by which tier each is made anew."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.loading import Loader, Progress
from pipelines.privacy.rekey import CannotMove, Mover


@dataclass
class Rekeyed:
    """What was done, or would be."""

    read_again: int = 0
    moved: int = 0
    persons: int = 0
    unknown_persons: int = 0
    refused: list[str] = field(default_factory=list)


def count_outdated(loader: Loader) -> Rekeyed:
    """How many segments `rekey_outdated` would read again and move; whose persons they are only the move tells."""
    return Rekeyed(read_again=len(loader.outdated_segments()), moved=len(loader.outdated_without_raw()))


def rekey_outdated(loader: Loader, progress: Progress | None = None) -> Rekeyed:
    """Moves outdated segments and loads everything again. Raises OSError, duckdb.Error.

    The warehouse is emptied first, so that a kill leaves all to the next load, however many segments were moved.
    """
    loader.load_landed(progress)  # what a killed call left behind
    done, outdated = Rekeyed(read_again=len(loader.outdated_segments())), loader.outdated_without_raw()
    if not (done.read_again or outdated):
        return done
    mover = Mover(loader.office)
    loader.empty()
    for segment in outdated:
        try:
            mover.move(loader.home.landing_canonical / segment)
            done.moved += 1
        except CannotMove as error:
            done.refused.append(str(error))
    done.persons, done.unknown_persons = len(mover.moved.persons), len(mover.moved.unknown_persons)
    done.refused += loader.load_landed(progress).refused.values()
    return done
