"""Weekly review: which products moved net sales this week?

Open it with `marimo edit notebooks/weekly_review.py`; it reads the latest published snapshot below THREADMART_HOME.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium")


@app.cell
def _():
    import os
    from datetime import timedelta
    from pathlib import Path

    import marimo as mo
    import pandas as pd
    import plotly.graph_objects as go

    from warehouse import snapshot
    from warehouse.currency import money

    return Path, go, mo, money, os, pd, snapshot, timedelta


@app.cell
def _(Path, mo, os, snapshot):
    version = snapshot.latest(Path(os.environ.get("THREADMART_HOME", ".state")) / "published")
    mo.stop(version is None, mo.md("Nothing is published yet: `threadmart run` first."))
    shop_choice = mo.ui.dropdown(snapshot.shops(version), value=snapshot.shops(version)[0], label="Shop")
    shop_choice
    return shop_choice, version


@app.cell
def _(mo, pd, shop_choice, snapshot, version):
    # Arrow types keep money in 64-bit integers; pandas' own would turn a column with a gap into floats.
    with snapshot.open_shop(version, shop_choice.value) as con:
        shop = con.sql("select * from shop").to_arrow_table().to_pylist()[0]
        sales = con.sql("select day_on, product_id, title, currency, net_minor from product_spend_daily").to_arrow_table()
    sales = sales.to_pandas(types_mapper=pd.ArrowDtype).query("currency == @shop['currency']")
    mo.stop(sales.empty, mo.md("This shop has sold nothing yet."))
    mo.md(f"# {shop['name']}: which products moved net sales this week?")
    return sales, shop


@app.cell
def _(mo, pd, sales, shop, timedelta):
    week_ends_on = shop["data_through_on"]
    week_begins_on = week_ends_on - timedelta(days=6)
    recent = sales[sales["day_on"] > week_begins_on - timedelta(days=8)]
    is_this_week = recent["day_on"] >= week_begins_on
    net = pd.DataFrame(
        {
            "before_minor": recent[~is_this_week].groupby("product_id")["net_minor"].sum(),
            "now_minor": recent[is_this_week].groupby("product_id")["net_minor"].sum(),
        }
    )
    net = net.astype("int64[pyarrow]").fillna(0)
    net["change_minor"] = net["now_minor"] - net["before_minor"]
    net["title"] = recent.groupby("product_id")["title"].last()
    mo.stop(net.empty, mo.md("Nothing was sold in the last two weeks."))
    net = net.sort_values("change_minor", key=abs, ascending=False)
    net
    return net, week_begins_on, week_ends_on


@app.cell
def _(mo, money, net, shop, week_begins_on, week_ends_on):
    change_minor = int(net["now_minor"].sum()) - int(net["before_minor"].sum())
    direction = "more" if change_minor > 0 else "less"
    answer = (
        f"{week_begins_on} to {week_ends_on} brought {money(abs(change_minor), shop['currency'])} {direction} than the week before. "
        f"**{net['title'].iloc[0]}** moved it most: {money(int(net['change_minor'].iloc[0]), shop['currency'])}."
    )
    mo.md(answer)
    return


@app.cell
def _(go, money, net, shop):
    top, others = net.head(6), net.iloc[6:]
    steps = [
        ("The week before", "absolute", int(net["before_minor"].sum())),
        *((title, "relative", int(change)) for title, change in zip(top["title"], top["change_minor"], strict=True)),
        ("Other products", "relative", int(others["change_minor"].sum())),
        ("This week", "total", int(net["now_minor"].sum())),
    ]
    chart = go.Figure(
        go.Waterfall(
            x=[name for name, _, _ in steps],
            measure=[measure for _, measure, _ in steps],
            y=[value for _, _, value in steps],  # minor units; the labels are in major ones
            text=[money(value, shop["currency"]) for _, _, value in steps],
            textposition="outside",
            hoverinfo="x+text",
        ),
        {"title": "Net sales, week over week", "yaxis": {"visible": False}, "template": "plotly_white"},
    )
    chart
    return (chart,)


if __name__ == "__main__":
    app.run()
