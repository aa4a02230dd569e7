"""What a customer's message can want: the closed list of intents. docs/intents.md says what each means."""

from __future__ import annotations

OTHER = "other"  # anything else, and whatever the classifier is not sure of

INTENTS = (
    "order_status",
    "order_change",
    "order_cancel",
    "order_return",
    "reorder",
    "order_new",
    "product_question",
    "payment_question",
    "complaint",
    "greeting",
    "thanks",
    "confirm",
    "decline",
    "human",
    "opt_out",
    OTHER,
)
