"""Customers drawn from a known truth: how much credit a month brings on average, and what one month happened to bring."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from random import Random
from typing import Any

from tests.reference.attribution_reports import MODELS

SHARES = (250_000_000, 500_000_000, 1_000_000_000)  # of an order, all alike likely
Z = 1.959964  # of the standard normal law, 95 % lie within
REPEATS = 0.25  # chance of one more order, again and again
MOST_OFTEN, NET_MEAN = 4, 5_000  # an order's net is a squared uniform number: skewed, mean 5 000


def months(seed: int, worlds: int, customers: int) -> list[dict[str, Any]]:
    """Rows of attribution.customer_credit: one channel is one world; each model sees customers of its own, a Poisson number."""
    random, rows = Random(seed), []
    for world in range(worlds):
        for model in MODELS:
            for number in range(_poisson(random, customers)):
                shares = [random.choice(SHARES)]
                while random.random() < REPEATS:
                    shares.append(random.choice(SHARES))
                net = sum(int(share * 3 * NET_MEAN * random.random() ** 2) for share in shares) // 10**9
                row = {f"{each}_{unit}": 0 for each in MODELS for unit in ("ppb", "minor")}
                rows.append(
                    {
                        **row,
                        "shop_id": "s",
                        "month_on": date(2026, 3, 1),
                        "attribution_window": "7d_click",
                        "channel": f"world-{world}",
                        "currency": "EUR",
                        "customer_key": sha256(f"{seed} {world} {model} {number}".encode()).hexdigest(),
                        f"{model}_ppb": sum(shares),
                        f"{model}_minor": net,
                    }
                )
    return rows


def truth(customers: int) -> tuple[float, float]:
    """Orders in parts per billion and net in minor units that a month brings on average."""
    share = sum(SHARES) / len(SHARES) / (1 - REPEATS)
    return customers * share, customers * share * NET_MEAN / 10**9


def spread(amounts: list[int]) -> tuple[int, float]:
    """(total, standard deviation of the total) where each customer comes a Poisson(1) number of times."""
    return sum(amounts), sum(amount * amount for amount in amounts) ** 0.5


def _poisson(random: Random, mean: float) -> int:
    """Arrivals with exponential gaps within one month."""
    arrived, at = 0, random.expovariate(mean)
    while at < 1:
        arrived, at = arrived + 1, at + random.expovariate(mean)
    return arrived
