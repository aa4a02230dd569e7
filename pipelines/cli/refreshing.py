"""Runs the job `refresh` with a live line, and tells what it did."""

from __future__ import annotations

import click

from pipelines.cli.output import live_line, print_json
from pipelines.home import Home


def refresh_and_tell(home: Home, *, full: bool, as_json: bool) -> None:
    """Runs the job and prints its summary; ends with exit status 1 where a step failed."""
    from pipelines.refresh_job import execute_refresh  # imports Dagster, which a run with nothing new must not pay for

    with live_line() as say:
        done = execute_refresh(home, full=full, finished=lambda asset: say(f"refreshed {asset.name}"))
    changed = sum(asset.changed_rows or 0 for asset in done.assets)
    if as_json:
        facts = {"run_id": done.run_id, "succeeded": done.succeeded, "version": done.version, "assets": len(done.assets)}
        print_json({**facts, "changed_rows": changed, "notes": done.notes, "warnings": done.warnings, "failures": done.failures})
    else:
        for line in done.notes:
            click.echo(line)
        for line in done.warnings:
            click.echo(f"warning: {line}")
        for line in done.failures:
            click.echo(f"failed: {line}", err=True)
        if done.succeeded:
            click.echo(f"{len(done.assets)} tables refreshed, {changed:,} rows changed; published {done.version} in {home.published}")
    if not done.succeeded:
        raise SystemExit(1)
