"""What a person does: comes by an ad, a link or on their own, talks, buys or not; regulars buy again with one tap."""

from __future__ import annotations

from pipelines.simulate.baskets import basket
from pipelines.simulate.catalog import LINK_REFS
from pipelines.simulate.clock import MINUTE_MS
from pipelines.simulate.orders import next_number
from pipelines.simulate.people import Customer, People
from pipelines.simulate.purchases import buy
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import Thread
from pipelines.simulate.wire_ga4 import tell_visit
from pipelines.simulate.wire_graph import GraphThread
from pipelines.simulate.wire_instagram import InstagramThread
from pipelines.simulate.wire_messenger import MessengerThread
from pipelines.simulate.wire_whatsapp import WhatsAppThread
from pipelines.simulate.world import Ad, pick

CHANNELS = ("messenger", "instagram", "whatsapp", "web")
_THREADS: dict[str, type[Thread]] = {"messenger": MessengerThread, "instagram": InstagramThread, "whatsapp": WhatsAppThread}
_VIRAL_SHARE = 0.55  # of the conversations of a viral week come to Instagram


def live(scene: Scene, people: People) -> None:
    """One journey that begins on the scene's day."""
    shop, rng = scene.shop, scene.rng
    channel = CHANNELS[shop.channels.draw(rng)]
    if scene.day in shop.viral_days and rng.random() < _VIRAL_SHARE:
        channel = "instagram"
    at_ms = shop.clock.moment(scene.day, rng)
    known = people.returning(channel, at_ms, rng) if rng.random() < 0.35 else None
    customer = known or people.newcomer(channel, rng)
    if channel == "web":
        _order_on_the_web(scene, people, customer, at_ms)
        return
    thread = _THREADS[channel](scene, customer, at_ms)
    if known and isinstance(thread, GraphThread) and rng.random() < 0.45:
        _order_again(scene, thread, customer)
    else:
        _converse(scene, people, thread, customer)
    customer.free_from_ms = max(customer.free_from_ms, thread.at_ms)


def _order_on_the_web(scene: Scene, people: People, customer: Customer, at_ms: int) -> None:
    """The shop system alone tells this order; some of its buyers stay guests."""
    is_guest = customer.orders == 0 and scene.rng.random() < 0.15
    lines = basket(scene.shop, scene.rng)
    if scene.shop.stream_id and not is_guest:
        tell_visit(scene, customer, at_ms, lines)
    if buy(scene, None if is_guest else customer, None, at_ms, lines) and not is_guest:
        people.remember(customer)


def _converse(scene: Scene, people: People, thread: Thread, customer: Customer) -> None:
    """A conversation that may end in an order.

    The same luck decides with and without the ad, so an order is the ad's own where the luck lies between the two propensities.
    """
    rng, shop = scene.rng, scene.shop
    ad = _arrive(scene, thread)
    luck, base = rng.random(), shop.template.base_propensity
    _talk(scene, thread)
    if luck >= base + (ad.lift if ad else 0):
        _leave(scene, thread)
        return
    thread.says("same_again" if customer.usual else "decision")
    thread.wait(5, 240)
    lines = customer.usual or basket(shop, rng)
    if isinstance(thread, WhatsAppThread):
        thread.sends_cart(lines)
        thread.wait(20, 900)
    if buy(scene, customer, thread, thread.at_ms, lines):
        people.remember(customer)
        if ad and luck >= base:
            scene.truth.incremental[shop.index, ad.id] += 1


def _arrive(scene: Scene, thread: Thread) -> Ad | None:
    """The first message, and the ad that brought it."""
    rng = scene.rng
    way = rng.random()
    ads = [ad for ad in scene.shop.running_ads(scene.day, thread.source) if ad is not scene.shop.ads[-1]] if way < 0.4 else []
    if ads:
        ad = pick(rng, ads)
        thread.comes_by_ad(ad)
        return ad
    if way < 0.5:
        thread.comes_by_link(pick(rng, LINK_REFS))
    elif way < 0.58:
        thread.comes_by_link(f"qr_store_{pick(rng, scene.shop.template.places)}")
    elif way < 0.64 and isinstance(thread, WhatsAppThread):
        thread.comes_by_post()
    else:
        thread.says("greeting")
    return None


def _talk(scene: Scene, thread: Thread) -> None:
    rng, shop = scene.rng, scene.shop
    thread.wait(15, 900)
    thread.hears("answer")
    thread.wait(10, 600)
    if rng.random() < 0.35:
        thread.asks_about(shop.products[shop.ware_weights.draw(rng)])
        thread.wait(30, 900)
        thread.hears("answer")
        thread.wait(10, 600)
    if isinstance(thread, GraphThread):
        if rng.random() < 0.12:
            thread.shares_product(shop.products[shop.ware_weights.draw(rng)])
            thread.wait(10, 300)
        if rng.random() < 0.06:
            thread.likes()  # pleased, not buying: nothing was offered
            thread.wait(5, 60)
    if rng.random() < 0.22:
        thread.plays()
        thread.wait(10, 400)


def _leave(scene: Scene, thread: Thread) -> None:
    rng = scene.rng
    if isinstance(thread, WhatsAppThread) and rng.random() < 0.12:
        thread.sends_cart(basket(scene.shop, rng))  # and never comes back to pay
    elif rng.random() < 0.5:
        thread.says("hesitation")
    if isinstance(thread, MessengerThread) and rng.random() < 0.08:
        thread.wait(20, 200)
        thread.subscribes()


def _order_again(scene: Scene, thread: GraphThread, customer: Customer) -> None:
    """The shop offers the usual basket; one tap on the thumb orders it, anything else does not."""
    number = next_number(scene.shop)
    thread.offers_reorder(number[0])
    thread.wait(40, 3 * 3600)
    luck, day = scene.rng.random(), scene.shop.clock.day
    is_one_day = day(thread.at_ms - MINUTE_MS) == day(thread.at_ms + 30 * MINUTE_MS)
    if luck < 0.62 and is_one_day and scene.happens(thread.at_ms + 60 * MINUTE_MS):
        thread.likes()
        thread.wait(4, 60)
        buy(scene, customer, thread, thread.at_ms, customer.usual, number)
        return
    if luck < 0.9:
        thread.says("decline")
    if luck > 0.75 and luck < 0.9:
        thread.wait(30, 400)
        thread.likes()  # the offer has been answered, so this confirms nothing
