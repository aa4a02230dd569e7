"""The public data sets that the classifier is measured on, their intents mapped to ours, and which of it is held out.

Bitext's utterances are a frame ("could you help me ...") around a core ("... cancel my last order"), each with each. Whole cores are
held out: utterances of the same content words stay on one side.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from pipelines.intents.features import words_of

BITEXT = {
    "track_order": "order_status",
    "delivery_period": "order_status",
    "change_order": "order_change",
    "change_shipping_address": "order_change",
    "set_up_shipping_address": "order_change",
    "cancel_order": "order_cancel",
    "check_cancellation_fee": "order_cancel",
    "get_refund": "order_return",
    "track_refund": "order_return",
    "check_refund_policy": "order_return",
    "place_order": "order_new",
    "delivery_options": "product_question",
    "check_payment_methods": "payment_question",
    "payment_issue": "payment_question",
    "check_invoice": "payment_question",
    "get_invoice": "payment_question",
    "complaint": "complaint",
    "contact_human_agent": "human",
    "contact_customer_service": "human",
    "create_account": "other",
    "delete_account": "other",
    "edit_account": "other",
    "switch_account": "other",
    "recover_password": "other",
    "registration_problems": "other",
    "newsletter_subscription": "other",  # opt_out where it is cancelled
    "review": None,  # praise, complaints and questions about reviews under one name
}
MULTIDOGO = {
    "openinggreeting": "greeting",
    "closinggreeting": "greeting",
    "thankyou": "thanks",
    "confirmation": "confirm",
    "rejection": "decline",
    "contentonly": "other",  # an address, a size, a number
    "outofdomain": None,  # whatever had no name, order changes and prices among it
}
_CANCELS = re.compile(r"unsub|cancel|stop", re.IGNORECASE)
_FRAME = frozenset(files(__package__).joinpath("frame_words.txt").read_text(encoding="utf-8").split())


def bitext(folder: Path) -> Iterator[tuple[str, str, bool]]:
    """Text, intent and whether it is held out, of Bitext's sample of customer service utterances."""
    path = folder / "bitext_customer_service_8k" / "Bitext_Sample_Customer_Service_Training_Dataset.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            text, told = row["utterance"], row["intent"]
            intent = "opt_out" if told == "newsletter_subscription" and _CANCELS.search(text) else BITEXT[told]
            if intent:
                yield text, intent, _is_held_out(core_of(text))


def multidogo(folder: Path, part: str) -> Iterator[tuple[str, str]]:
    """Text and intent of the customers' turns of MultiDoGO's fast food chats; `part` is train, dev or test."""
    path = folder / "multidogo_fastfood" / f"turn_level_{part}.tsv"
    for line in path.read_text(encoding="utf-8").split("\n")[1:]:
        columns = line.split("\t")
        if len(columns) != 6 or not columns[3].strip():
            continue  # broken lines, 4 % of them
        names = columns[5].split("<div>")
        intent = "order_new" if all(name.startswith("order") for name in names) else MULTIDOGO.get(names[0]) if len(names) == 1 else None
        if intent:
            yield columns[3], intent


def core_of(text: str) -> list[str]:
    """The stems of an utterance's content words, in no order."""
    stems = {re.sub(r"(ing|ling|lled|led|ed|ation|ations|es|s|e|l)$", "", word) for word in words_of(text) if word not in _FRAME}
    return sorted(stems)


def _is_held_out(core: list[str]) -> bool:
    """Three in ten cores, by hash."""
    return hashlib.sha256(" ".join(core).encode()).digest()[0] % 10 < 3
