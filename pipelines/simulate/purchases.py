"""The life of an order after the decision to buy: receipt, payment, second thoughts, parcel, refund.

Nothing is told that lies past the world's end, so the truth about an order is what its last told document says.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pipelines.simulate.baskets import Line, price
from pipelines.simulate.clock import HOUR_MS, MINUTE_MS
from pipelines.simulate.orders import Order, next_number, place
from pipelines.simulate.people import Customer
from pipelines.simulate.sales_truth import count
from pipelines.simulate.scene import Scene
from pipelines.simulate.shop_systems import META_SHOP, ShopSystem, system_of
from pipelines.simulate.thread import Thread
from pipelines.simulate.web_tags import tell_again, tell_refund_again
from pipelines.simulate.wire_graph import GraphThread, notes_of
from pipelines.simulate.wire_messenger import MessengerThread
from pipelines.simulate.wire_shopify import fulfillment_document
from pipelines.simulate.world import pick

_BEGINNING_MS = 30 * MINUTE_MS  # an order begins only if its first documents are told before the world ends


def buy(
    scene: Scene, customer: Customer | None, thread: Thread | None, at_ms: int, lines: list[Line], number: tuple[str, int] | None = None
) -> bool:
    """An order with all that follows from it; false where the world ends before it could begin."""
    rng = scene.rng
    receipt_first = isinstance(thread, GraphThread) and rng.random() < 0.6
    created_ms = at_ms + (_entering_ms(rng, is_offered=number is not None) if receipt_first else 0)
    if not scene.happens(created_ms + _BEGINNING_MS):
        return False
    discount_permille = pick(rng, (50, 100, 150, 200)) if rng.random() < 0.2 else 0
    order = place(scene.shop, customer, lines, created_ms, discount_permille, number or next_number(scene.shop))
    first_ms, told_ms = order.created_ms, None
    if isinstance(thread, GraphThread):
        order.note_attributes = notes_of(thread)
        if isinstance(thread, MessengerThread) and not receipt_first and number is None and rng.random() < 0.6:
            _check_box(thread, order)
        thread.at_ms = max(thread.at_ms, at_ms if receipt_first else order.created_ms + 1000 + int(rng.random() * 20_000))
        told_ms = thread.at_ms
        first_ms = min(first_ms, _send_receipt(thread, order))
    elif thread is not None and rng.random() < 0.8:
        thread.at_ms = max(thread.at_ms, order.created_ms)
        thread.wait(3, 240)
        told_ms = thread.at_ms
        thread.updates(order.number, "confirmation")
    scene.reaches("confirmation", first_ms, told_ms)
    is_in_meta_shop = scene.shop.template.has_meta_shop and thread is None and rng.random() < 0.5
    life = Life(scene, thread, order, META_SHOP if is_in_meta_shop else system_of(scene.shop))
    life.run()
    count(scene, order, first_ms, life.system.source)
    if customer:
        customer.orders += 1
        customer.usual = lines
        customer.free_from_ms = max(life.at_ms, thread.at_ms if thread else 0)
    return True


def _entering_ms(rng: Random, *, is_offered: bool) -> int:
    """How long after its receipt an order is in the shop system: seconds, or hours where somebody types it in by hand."""
    by_hand = not is_offered and rng.random() < 0.08
    return 1000 + int(rng.random() * (5 * HOUR_MS if by_hand else 40_000))


def _check_box(thread: MessengerThread, order: Order) -> None:
    """The checkout's box for messages about the order, and the first message after it."""
    thread.at_ms = max(thread.at_ms, order.created_ms)
    user_ref = thread.opts_in_at_checkout(order.number)
    thread.wait(5, 120)
    thread.says_after_opt_in(user_ref)


def _send_receipt(thread: GraphThread, order: Order) -> int:
    """Sends the receipt; returns when it says the order was confirmed: as printed, else when it was sent."""
    sent_ms = thread.at_ms
    printed_ms = (sent_ms - int(thread.rng.random() * 5000)) // 1000 * 1000 if thread.rng.random() < 0.85 else None
    thread.is_told(order, printed_ms)
    return sent_ms if printed_ms is None else printed_ms


@dataclass(slots=True)
class Life:
    """An order moving through time, document by document."""

    scene: Scene
    thread: Thread | None
    order: Order
    system: ShopSystem
    at_ms: int = 0

    def run(self) -> None:
        rng = self.scene.rng
        self.at_ms = self.order.created_ms
        self._tell_order("orders/create")
        tell_again(self.scene, self.order, self.thread)
        self._pay()
        if rng.random() < 0.06:
            self._edit()
        if rng.random() < 0.05:
            self._cancel()
        elif self._ship() and rng.random() < 0.11:
            self._give_back()

    def _moves(self, low_s: int, high_s: int) -> bool:
        """Lets time pass; false at the world's end (with ten seconds to spare for documents that belong together)."""
        self.at_ms += (low_s + int((high_s - low_s) * self.scene.rng.random() ** 2)) * 1000
        return self.scene.happens(self.at_ms + 10_000)

    def _tell(self, topic: str, document: dict[str, object]) -> None:
        self.system.deliver(self.scene, topic, self.at_ms, document)

    def _tell_order(self, topic: str) -> None:
        self.order.updated_ms = self.at_ms
        self._tell(topic, self.system.order_document(self.scene.shop, self.order))

    def _talk(self, asked: str, answered: str | None = None) -> None:
        """A few words in the thread, where there is one, about what has just happened or is about to."""
        thread = self.thread
        if thread is None:
            return
        thread.at_ms = max(thread.at_ms, self.at_ms)
        thread.says(asked)
        if answered:
            thread.wait(60, 1800)
            thread.hears(answered)

    def _pay(self) -> None:
        if not self._moves(3, 90):
            return
        if self.scene.rng.random() < 0.12:
            self.order.financial_status = "authorized"
            self._tell_order("orders/updated")
            if not self._moves(60, 1200):
                return
        self.order.financial_status = "paid"
        self._tell_order("orders/paid")

    def _edit(self) -> None:
        """One piece more of a line, as asked in the thread; every other receipt is sent again."""
        if not self._moves(600, 9000):
            return
        self._talk("order_change")
        order, shop = self.order, self.scene.shop
        pick(self.scene.rng, order.lines).quantity += 1
        order.amounts = price(shop, order.lines, order.discount_permille, order.amounts.shipping)
        self._tell_order("orders/updated")
        if isinstance(self.thread, GraphThread) and self.scene.rng.random() < 0.5:
            self.thread.wait(5, 60)
            self.thread.is_told(order, order.created_ms)

    def _cancel(self) -> None:
        if not self._moves(3600, 130_000):
            return
        self._talk("cancel", "answer")
        if self.scene.rng.random() < 0.6:
            self._refund([(line, line.quantity) for line in self.order.lines], self.order.amounts.shipping, 0)
            self.at_ms += 1000
        self.order.cancelled_ms = self.at_ms
        self.order.financial_status = "refunded" if self.order.refunds else "voided"
        self._tell_order("orders/cancelled")

    def _ship(self) -> bool:
        """The parcel leaves and arrives; false where the world ends before it has left."""
        scene, order = self.scene, self.order
        if scene.rng.random() < 0.25 and self._moves(7200, 40_000):
            self._talk("order_question", "answer")
        if not self._moves(9 * 3600, 60 * 3600):
            return False
        parcel = scene.shop.names.number("fulfillment", 5_200_000_000_000)
        left_ms = self.at_ms
        document = fulfillment_document(scene.shop, order, parcel, left_ms, left_ms, None)
        self._tell("fulfillments/create", document)
        order.fulfillments, order.fulfillment_status, order.shipped_ms = [document], "fulfilled", left_ms
        self.at_ms += 1000
        self._tell_order("orders/fulfilled")
        scene.reaches("shipping", left_ms if self.system.tells_when_shipped else self.at_ms, self._update("shipping", 0.7))
        if self._moves(20 * 3600, 72 * 3600):
            document = fulfillment_document(scene.shop, order, parcel, left_ms, self.at_ms, "delivered")
            order.fulfillments = [document]
            self._tell("fulfillments/update", document)
            told_ms = self._update("delivery", 0.4)
            if self.system.tells_delivery:
                scene.reaches("delivery", self.at_ms, told_ms)
        return True

    def _update(self, stage: str, share: float) -> int | None:
        """Tells the customer in the thread, where there is one and as often as this shop does. Returns when."""
        thread = self.thread
        if thread is None or self.scene.rng.random() >= share:
            return None
        thread.at_ms = told_ms = max(thread.at_ms, self.at_ms)
        thread.updates(self.order.number, stage)
        return told_ms

    def _give_back(self) -> None:
        """Some pieces, or all with the shipping; now and then a little more or less than they cost."""
        if not self._moves(20 * 3600, 6 * 24 * 3600):
            return
        self._talk("return", "answer")
        rng, order = self.scene.rng, self.order
        if rng.random() < 0.4:
            self._refund([(line, line.quantity) for line in order.lines], order.amounts.shipping, 0)
        else:
            line = pick(rng, order.lines)
            quantity = 1 + int(rng.random() * line.quantity)
            self._refund([(line, quantity)], 0, self._adjustment(line))
        is_whole = order.refund >= order.amounts.subtotal
        order.financial_status = "refunded" if is_whole else "partially_refunded"
        self.at_ms += 1000
        self._tell_order("orders/updated")

    def _adjustment(self, line: Line) -> int:
        """Goodwill for the rest of the order (positive), or a fee kept (negative); mostly nothing."""
        rng, order = self.scene.rng, self.order
        index = order.lines.index(line)
        worth = order.amounts.line_gross[index] - order.amounts.line_discount[index]
        luck = rng.random()
        if luck < 0.15:
            return (order.amounts.subtotal - worth) // 20
        return -(worth // line.quantity // 10) if luck < 0.25 else 0

    def _refund(self, pieces: list[tuple[Line, int]], shipping: int, discrepancy: int) -> None:
        order, amounts = self.order, self.order.amounts
        goods = []
        for line, quantity in pieces:
            index = order.lines.index(line)
            worth = (amounts.line_gross[index] - amounts.line_discount[index]) * quantity // line.quantity
            goods.append((line, quantity, worth, amounts.line_tax[index] * quantity // line.quantity))
            order.refunded_quantity[line.id] = quantity
        document = self.system.refund_document(self.scene.shop, order, self.at_ms, goods, shipping, discrepancy)
        order.refunds, order.refunded_ms = [document], self.at_ms
        order.refunded_goods = sum(value for _, _, value, _ in goods)
        order.refunded_tax = sum(tax for *_, tax in goods)
        order.refunded_shipping, order.refunded_discrepancy = shipping, discrepancy
        self._tell("refunds/create", document)
        tell_refund_again(self.scene, order, self.at_ms, order.refunded_goods + discrepancy)
