"""`threadmart dagster`: the Dagster UI, with its schedule and sensor at work."""

from __future__ import annotations

import os
import signal
import socket
import sys

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.home import Home

HOST = "127.0.0.1"
_SUPERSEDED = "ignore:Function `dev_command` is superseded"  # by a command of a package that nothing here needs


@click.command("dagster", short_help="Start the Dagster UI with its schedule and sensor.")
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Port of the UI on 127.0.0.1.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning"]), default="warning", show_default=True, help="What is printed.")
def dagster(port: int, log_level: str) -> None:
    """Start the Dagster UI; its sensor and schedule refresh what lands."""
    if _is_taken(port):
        raise click.ClickException(f"port {port} is taken; name another one with --port")
    from pipelines.dagster_home import PROJECT

    with told_in_one_line():
        home = Home.from_environment().make()
    environment = os.environ | {
        "THREADMART_HOME": str(home.path),
        "DAGSTER_HOME": str(PROJECT),
        "DAGSTER_DISABLE_TELEMETRY": "yes",  # dagster.yaml says so too, but only this keeps the webserver from making folders for it
        "PYTHONWARNINGS": ",".join(filter(None, [os.environ.get("PYTHONWARNINGS"), _SUPERSEDED])),
    }
    click.echo(f"Dagster starts on http://{HOST}:{port} (state: {home.path}); Ctrl-C ends it.", err=True)
    os.chdir(PROJECT)
    # a shell starts background jobs with SIGINT ignored; Dagster would then ignore SIGTERM as well
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    options = ["--module-name", "pipelines.definitions", "--host", HOST, "--port", str(port), "--log-level", log_level]
    os.execve(sys.executable, [sys.executable, "-m", "dagster", "dev", *options], environment)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
