"""Customers drawn from a known truth: how much credit a month brings on average, and what one month happened to bring."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from random import Random
from typing import Any

from tests.reference.attribution_reports import MODELS

SHARES = (250_000_000, 500_000_000, 1_000_000_000)  # of an order, all alike likely
Z = 1.959964  # of the standard normal law, 95 % lie within
MONTH = date(2026, 3, 1)
REPEATS = 0.25  # chance of one more order, again and again
MOST_OFTEN, NET_MEAN = 4, 5_000  # an order's net is a squared uniform number: skewed, mean 5 000


Rows = list[dict[str, Any]]


def months(seed: int, worlds: int, customers: int) -> tuple[Rows, Rows]:
    """Rows of (attribution.touch_credit, attribution.conversion_value): one channel is one world; each model sees orders of its own
    customers, a Poisson number."""
    random, touches, orders = Random(seed), [], []
    for world in range(worlds):
        for model in MODELS:
            for number in range(_poisson(random, customers)):
                customer = sha256(f"{seed} {world} {model} {number}".encode()).hexdigest()
                shares = [random.choice(SHARES)]
                while random.random() < REPEATS:
                    shares.append(random.choice(SHARES))
                for place, share in enumerate(shares):
                    order = {"shop_id": "s", "month_on": MONTH, "conversion_type": "purchase", "conversion_key": f"{customer}.{place}"}
                    credit = {f"{each}_ppb": share if each == model else 0 for each in MODELS}
                    touches.append({**order, "attribution_window": "7d_click", "touch_key": "t", "channel": f"world-{world}", **credit})
                    net = int(3 * NET_MEAN * random.random() ** 2)
                    orders.append({**order, "customer_key": customer, "currency": "EUR", "is_known": True, "net_minor": net})
    return touches, orders


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
