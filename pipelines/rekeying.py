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


def rekey_outdated(loader: Loader, *, is_trial: bool, progress: Progress | None = None) -> Rekeyed:
    """Moves outdated segments and loads everything again. Raises OSError, duckdb.Error."""
    done = Rekeyed(read_again=len(loader.outdated_segments()))
    expired = loader.outdated_without_raw()
    if is_trial:
        done.moved = len(expired)
        return done
    mover = Mover(loader.office)
    for segment in expired:
        try:
            mover.move(loader.home.landing_canonical / segment)
            done.moved += 1
        except CannotMove as error:
            done.refused.append(str(error))
    done.persons, done.unknown_persons = len(mover.moved.persons), len(mover.moved.unknown_persons)
    if done.read_again or done.moved:
        loader.reload_everything(progress)
    return done
