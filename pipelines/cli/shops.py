"""threadmart shops"""

from __future__ import annotations

import json

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import print_columns, print_json
from pipelines.home import Home
from pipelines.loading import open_loader
from pipelines.lock import run_lock
from pipelines.sources.desk import unclaimed
from warehouse.connection import open_warehouse


@click.command(short_help="List shops, their assets, and what is unclaimed.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def shops(as_json: bool) -> None:
    """List shops and their assets, and what nobody has claimed yet, with the lines to add to shops.toml."""
    home = Home.from_environment()
    with told_in_one_line(), run_lock(home), open_warehouse(home.warehouse, temp=home.tmp) as con:
        loader = open_loader(home, con)
        if loader.is_emptied:
            loader.load_landed()
        known = loader.directory
        told = con.execute("select distinct assets from raw.ledger").fetchall()
    seen = {tuple(asset) for (assets,) in told for asset in json.loads(assets)}
    rows = [
        (settings.shop_id, source, asset, settings.currency, settings.zone, True)
        for (source, asset), settings in known.shops_by_asset.items()
    ]
    strangers = sorted(asset for asset in seen if asset not in known.shops_by_asset)
    rows += [(unclaimed(source, asset).shop_id, source, asset, "", "UTC", False) for source, asset in strangers]
    names = ("shop_id", "source", "asset_id", "currency", "zone", "is_claimed")
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in sorted(rows)])
        return
    print_columns(names[:-1], [row[:-1] for row in sorted(rows)])
    if strangers:
        click.echo("\nNobody has claimed these assets. Name their shop in shops.toml and ingest it:\n")
    for source, asset in strangers:
        click.echo(
            f'[[shop]]\nid = "my-shop"\nname = "My Shop"\ncurrency = "EUR"\nzone = "Europe/Berlin"\n[shop.assets]\n{source} = ["{asset}"]\n'
        )
