"""What the classifier says, whatever it is told."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.intents.classifier import customer_intent, intent_by, intent_of, own_model
from pipelines.intents.features import features_of, words_of
from pipelines.intents.labels import INTENTS, OTHER
from pipelines.intents.training.phrases import held_out_phrases
from pipelines.simulate.phrases import PHRASES, TOPIC_INTENTS
from tests.repository import text as page

ANY_TEXT = st.text(st.characters(), max_size=120)  # lone surrogates too
PHRASES_SAID = st.sampled_from([phrase.text for phrase in held_out_phrases()])
TEXTS = PHRASES_SAID | ANY_TEXT


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("where is my order", "order_status"),
        ("wo bleibt mein paket", "order_status"),
        ("Wann kommt die Lieferung?", "order_status"),
        ("Hallo, wo bleibt meine Bestellung? Danke!", "order_status"),
        ("Könnt ihr die Lieferadresse ändern?", "order_change"),
        ("koennt ihr die lieferadresse aendern", "order_change"),
        ("konnt ihr die lieferadresse andern", "order_change"),
        ("please add one more mug to my order", "order_change"),
        ("storno", "order_cancel"),
        ("PLEASE CANCEL MY ORDER", "order_cancel"),
        ("ich möchte die Schuhe zurückschicken", "order_return"),
        ("i want my money back", "order_return"),
        ("nochmal das gleiche bitte", "reorder"),
        ("same again please", "reorder"),
        ("wo bliebt meine bestelung", "order_status"),
        ("👍", "confirm"),
        ("stop", "opt_out"),
        ("где мой заказ", OTHER),
        ("?!", OTHER),
    ],
)
def test_what_customers_write(text: str, intent: str) -> None:
    assert intent_of(text) == intent


@given(TEXTS)
@example("\ud800")
@example("")
@example("9" * 20_000)
def test_any_text_has_an_intent_of_the_list(text: str) -> None:
    assert intent_of(text) in INTENTS


@given(TEXTS)
@example("\u017ftra\u00dfe \u0131 \u0149 \u1e9e \u0130 \ufb01 \u01f0")
def test_case_does_not_matter(text: str) -> None:
    assert words_of(text.upper()) == words_of(text.lower()) == words_of(text)


@given(TEXTS, st.text(" \t\n\r\u00a0\u2003", max_size=4), st.text("?!.,;:… \n", max_size=6))
def test_white_space_around_and_punctuation_after_do_not_matter(text: str, before: str, after: str) -> None:
    assert intent_of(before + text + after) == intent_of(text)


@pytest.fixture(scope="module")
def weights() -> dict[str, list[int]]:
    """The model file read plainly: a weight for each intent."""
    lines = [line.split("\t") for line in page("pipelines/intents/model.tsv").splitlines()[2:]]
    return {feature: [int(each or 0) for each in told] + [0] * (len(INTENTS) - len(told)) for feature, *told in lines}


@given(text=TEXTS)
def test_all_intents_at_once_are_each_by_itself(weights: dict[str, list[int]], text: str) -> None:
    sums = [sum(weights.get(feature, [0] * len(INTENTS))[number] for feature in features_of(text)) for number in range(len(INTENTS))]
    second, best = sorted(sums)[-2:]
    is_sure = best - second >= own_model().least_lead
    assert intent_of(text) == (INTENTS[sums.index(best)] if is_sure else OTHER)


def test_what_is_remembered_is_what_is_judged() -> None:
    texts = [phrase.text for phrase in held_out_phrases()]
    assert [intent_of(text) for text in texts] == [intent_by(own_model(), text) for text in texts] == [intent_of(text) for text in texts]


@pytest.mark.parametrize(("text", "is_outgoing"), [("wo bleibt mein paket", True), (None, False), ("", False)])
def test_only_customers_words_have_an_intent(text: str | None, is_outgoing: bool) -> None:
    assert customer_intent(text, is_outgoing) is None


@pytest.mark.parametrize("language", sorted(PHRASES))
def test_simulated_customers_are_understood(language: str) -> None:
    said = {(text, intent) for topic, intent in TOPIC_INTENTS.items() for text in PHRASES[language][topic]}
    assert {(text, intent_of(text)) for text, _ in said} == said


def test_the_page_lists_the_intents() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \|", page("docs/intents.md"), re.MULTILINE)) == INTENTS
    assert own_model().intents == INTENTS
