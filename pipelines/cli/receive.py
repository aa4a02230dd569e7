"""threadmart receive"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.home import Home


@click.command(short_help="Receive signed webhooks and land them.")
@click.argument("config", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", is_flag=True, help="Say whether CONFIG and its secrets can be used, and end.")
def receive(config: Path, check: bool) -> None:
    """Receive the webhooks that the TOML file CONFIG tells of.

    A delivery is answered with 200 once it is on the disk, and with 503 while it cannot be. `threadmart run` reads what was
    received. Ctrl-C or SIGTERM ends it: what was received is landed first. docs/receiver.md has a signed curl for each
    sender, examples/receiver.toml is a configuration to start from.
    """
    from pipelines.receiver.config import ConfigError, read_config
    from pipelines.receiver.server import routes_of, run_receiver

    try:
        told = read_config(config)
        routes = routes_of(config, told)
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    if check:
        click.echo(f"{config}: good; " + ", ".join(f"{route.sender.name} at {path}" for path, route in routes.items()))
        return
    with told_in_one_line(), suppress(KeyboardInterrupt):  # Ctrl-C has done its work by then
        run_receiver(Home.from_environment().make(), told, routes)
