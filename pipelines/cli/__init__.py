"""The `threadmart` command: one module per command, imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

# name -> module; the order is that of the help page
COMMANDS: dict[str, str] = {
    "demo": "demo",
    "simulate": "simulate",
    "ingest": "ingest",
    "receive": "receive",
    "run": "run",
    "report": "report",
    "shops": "shops",
    "attribute": "attribute",
    "rekey": "rekey",
    "quarantine": "quarantine",
    "verify": "verify",
    "rebuild": "rebuild",
    "dagster": "dagster",
}

HELP = """Messenger commerce in numbers.

Threadmart takes what shops and customers tell each other in Messenger, Instagram and WhatsApp, with shop orders
and ad spend beside it, and turns it into exact sales, conversion, interest and ad attribution per shop.

\b
First steps
  threadmart demo                              a made-up world through the whole pipeline
  threadmart ingest FILES...                   land and load files; formats are recognised
  threadmart run                               refresh what is new, publish, write the pages
  threadmart report shop_spend_daily           print a report; without a name: list them

\b
State lives in THREADMART_HOME (default ./.state). `--json` prints results for machines.
Exit status: 0 done (quarantined records are normal), 1 work failed, 2 wrong use.
"""


class Commands(click.Group):
    """Lists commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"pipelines.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.command(cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="threadmart", message="threadmart %(version)s")
def main() -> None:
    """The group itself does nothing."""
