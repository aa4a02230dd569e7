"""The tables of a page: products sold, and ads with what each model credits them beside what the platform claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboards import format as fmt
from dashboards.figures import MODELS, Ad, Credit, Figures, ProductSales
from dashboards.intervals import poisson
from warehouse.currency import amount, money, quotient

TOP_PRODUCTS = 10
TOP_ADS = 12


@dataclass(frozen=True, slots=True)
class ProductRow:
    name: str
    orders: str
    quantity: str
    gross: str
    discount: str
    refund: str
    net: str


def product_rows(products: Sequence[ProductSales], currency: str) -> tuple[ProductRow, ...]:
    """The products with most net sales, all others as one row, and the sum."""
    top, others = products[:TOP_PRODUCTS], products[TOP_PRODUCTS:]
    rows = [_product_row(product.title or product.product_id or "No product told", [product], currency) for product in top]
    if others:
        rows.append(_product_row(f"{fmt.number(len(others))} other products", others, currency))
    return (*rows, _product_row("All products", products, currency, is_sum=True))


def _product_row(name: str, products: Sequence[ProductSales], currency: str, *, is_sum: bool = False) -> ProductRow:
    """One order may hold several products, so orders of several products are not added up."""
    orders = fmt.number(products[0].orders) if len(products) == 1 and not is_sum else fmt.DASH
    quantity = fmt.number(sum(product.quantity for product in products))
    sums = (sum(getattr(product, f"{part}_minor") for product in products) for part in ("gross", "discount", "refund", "net"))
    return ProductRow(name, orders, quantity, *(amount(minor, currency) for minor in sums))


@dataclass(frozen=True, slots=True)
class Result:
    """What one model credits: n of orders, ROAS and CPA with their 95 % intervals."""

    orders: str
    roas: str = fmt.DASH
    roas_range: str = ""
    cpa: str = fmt.DASH
    cpa_range: str = ""


@dataclass(frozen=True, slots=True)
class AdRow:
    name: str
    campaign: str
    ad_spend: str
    claimed_orders: str
    claimed_roas: str
    results: tuple[Result, ...]  # by MODELS
    is_sum: bool = False


def ad_rows(figures: Figures) -> tuple[AdRow, ...]:
    """The ads with most spend, all others as one row, their sum, orders that no ad explains, and all orders."""
    credit = [row for row in figures.credit if row.level == "ad"]
    spend = Counter({ad.ad_id: ad.ad_spend_minor for ad in figures.ads})
    ids = sorted({row.level_id for row in credit if row.level_id not in ("no_ad", "unattributed")} | set(spend))
    ids.sort(key=lambda ad_id: -spend[ad_id])
    names = {row.level_id: row.level_name for row in credit} | {ad.ad_id: ad.ad_name or ad.ad_id for ad in figures.ads}
    campaigns = {ad.ad_id: ad.campaign_name or "" for ad in figures.ads}

    def row(name: str, ad_ids: Iterable[str], campaign: str = "", *, is_sum: bool = False) -> AdRow:
        chosen = set(ad_ids)
        ads = [ad for ad in figures.ads if ad.ad_id in chosen]
        return _ad_row(name, campaign, ads, [item for item in credit if item.level_id in chosen], figures.shop.currency, is_sum=is_sum)

    rows = [row(names[ad_id], [ad_id], campaigns.get(ad_id, "")) for ad_id in ids[:TOP_ADS]]
    if ids[TOP_ADS:]:
        rows.append(row(f"{fmt.number(len(ids) - TOP_ADS)} other ads", ids[TOP_ADS:]))
    return (
        *rows,
        row("All ads", ids, is_sum=True),
        row("Touch without an ad", ["no_ad"]),
        row("Unattributed", ["unattributed"]),
        _ad_row("All orders", "", [], credit, figures.shop.currency, is_sum=True),
    )


def _ad_row(name: str, campaign: str, ads: Sequence[Ad], credit: Sequence[Credit], currency: str, *, is_sum: bool) -> AdRow:
    currencies = sorted({ad.currency for ad in ads})
    spends = [sum(ad.ad_spend_minor for ad in ads if ad.currency == code) for code in currencies]
    texts = [amount(spend, code) if code == currency else money(spend, code) for spend, code in zip(spends, currencies, strict=True)]
    spend = spends[0] if currencies == [currency] else 0  # none to divide by, where it is in another currency
    results = ([item for item in credit if item.model == model] for model in MODELS)
    orders = [ad.claimed_order_count for ad in ads if ad.claimed_order_count is not None]
    values = [ad.claimed_value_minor for ad in ads if ad.claimed_value_minor is not None]
    return AdRow(
        name=name,
        campaign=campaign,
        ad_spend=" + ".join(texts) or fmt.DASH,
        claimed_orders=fmt.number(sum(orders)) if orders else fmt.DASH,
        claimed_roas=fmt.ratio(sum(values), spend) if values and spend else fmt.DASH,
        results=tuple(_result(own, spend, currency, is_whole=model != "linear") for own, model in zip(results, MODELS, strict=True)),
        is_sum=is_sum,
    )


def _result(credit: Sequence[Credit], spend: int, currency: str, *, is_whole: bool) -> Result:
    ppb, net = sum(row.credited_ppb for row in credit), sum(row.net_minor for row in credit)
    n = fmt.credited(ppb, 0 if is_whole else 1)
    if not spend:
        return Result(n)
    if not ppb:
        return Result(n, roas=fmt.ratio(0, spend), roas_range="n = 0")
    orders = ppb / fmt.PPB
    low, high = poisson(orders)
    return Result(
        orders=n,
        roas=fmt.ratio(net, spend),
        roas_range=f"{net / spend * low / orders:.2f}{fmt.DASH}{net / spend * high / orders:.2f}",
        cpa=amount(quotient(spend * fmt.PPB, ppb), currency),
        cpa_range=f"{amount(round(spend / high), currency)}{fmt.DASH}{amount(round(spend / low), currency)}" if low else "",
    )
