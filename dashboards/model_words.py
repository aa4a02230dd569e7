"""What the models and the windows are called on a page, and what each does, in English and German."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    en: str
    de: str


@dataclass(frozen=True, slots=True)
class Model:
    name: Words
    meaning: Words


MODELS = {
    "first_touch": Model(Words("First touch", "Erster Kontakt"), Words("the first touch", "der erste Kontakt")),
    "last_touch": Model(Words("Last touch", "Letzter Kontakt"), Words("the last touch", "der letzte Kontakt")),
    "last_non_direct": Model(
        Words("Last non-direct", "Letzter nicht direkter"),
        Words("the last touch that is not direct", "der letzte Kontakt, der kein direkter ist"),
    ),
    "linear": Model(Words("Linear", "Linear"), Words("all touches alike", "alle Kontakte gleich")),
    "linear_unique": Model(
        Words("Linear, channels", "Linear, Kanäle"),
        Words("all channels met alike, however often each was met", "alle Kanäle gleich, wie oft man ihnen auch begegnet ist"),
    ),
    "time_decay": Model(
        Words("Time decay", "Zeitverfall"),
        Words("the later a touch, the more; half per half-life", "je später ein Kontakt, desto mehr; je Halbwertszeit die Hälfte"),
    ),
    "position": Model(
        Words("Position", "Position"),
        Words(
            "fixed shares for the first and the last touch (40 % each unless you set others), the rest between",
            "feste Anteile für den ersten und den letzten Kontakt (je 40 %, wenn nicht anders gesetzt), der Rest dazwischen",
        ),
    ),
    "markov_1": Model(
        Words("Markov 1", "Markov 1"),
        Words(
            "by the orders that a chain of the month's paths would lose without the channel; the chain knows the touch before",
            "nach den Bestellungen, die eine Kette der Wege des Monats ohne den Kanal verlöre; sie kennt den Kontakt davor",
        ),
    ),
    "markov_2": Model(
        Words("Markov 2", "Markov 2"), Words("the same; the chain knows two touches", "ebenso; die Kette kennt zwei Kontakte")
    ),
    "markov_3": Model(Words("Markov 3", "Markov 3"), Words("the same with three", "ebenso mit dreien")),
    "markov_4": Model(Words("Markov 4", "Markov 4"), Words("the same with four", "ebenso mit vieren")),
    "shapley_rate": Model(
        Words("Shapley", "Shapley"),
        Words(
            "by the channel's fair part in the conversion rates of the sets of channels that people met",
            "nach dem fairen Anteil des Kanals an den Konversionsraten der Kanalmengen, denen Menschen begegnet sind",
        ),
    ),
    "leave_one_out": Model(
        Words("Leave one out", "Ohne einen"),
        Words(
            "by how much worse the path converts without the touch", "danach, um wie viel schlechter der Weg ohne den Kontakt abschließt"
        ),
    ),
}

# a window of any other name is the shop's own
WINDOWS = {
    "7d_click": Words("Clicks and replies, 7 days", "Klicks und Antworten, 7 Tage"),
    "1d_click": Words("Clicks and replies, 1 day", "Klicks und Antworten, 1 Tag"),
    "28d_click": Words("Clicks and replies, 28 days", "Klicks und Antworten, 28 Tage"),
    "1d_ev": Words("Engaged views, 1 day", "Längere Videoaufrufe, 1 Tag"),
    "1d_view": Words("Views, 1 day", "Gesehene Anzeigen, 1 Tag"),
}
OWN_WINDOW = Words("Your own window", "Ihr eigenes Fenster")
LEVELS = {"channel": Words("Channels", "Kanäle"), "ad": Words("Ads", "Anzeigen")}
APART = {  # in the order of the rows
    "no_ad": Words("Touch without an ad", "Kontakt ohne Anzeige"),
    "unknown": Words("An ad nobody told of", "Unbekannte Anzeige"),
    "unattributed": Words("No touch in the window", "Kein Kontakt im Fenster"),
}


def others(count: int) -> Words:
    """The row of the ads that have none of their own."""
    return Words(f"{count} other ads", f"{count} weitere Anzeigen") if count > 1 else Words("1 other ad", "1 weitere Anzeige")
