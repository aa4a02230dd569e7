"""The model is made of our phrases alone, and it is as good as is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.intents import classifier
from pipelines.intents.features import words_of
from pipelines.intents.labels import INTENTS
from pipelines.intents.training import __main__ as command
from pipelines.intents.training.datasets import bitext, core_of
from pipelines.intents.training.evaluation import Score, macro_f1, scores
from pipelines.intents.training.learning import model_text
from pipelines.intents.training.measuring import held_out, measured
from pipelines.intents.training.phrases import LANGUAGES, Phrase, held_out_phrases, training_phrases, variants
from tests.repository import text as file_text

MODEL = "pipelines/intents/model.tsv"
FLOORS = {
    "our own phrases, German": 0.85,
    "our own phrases, English": 0.83,
    "Bitext, held-out cores": 0.94,
    "MultiDoGO fast food, test": 0.79,
}


@pytest.fixture(scope="module")
def trained() -> list[Phrase]:
    return training_phrases()


def test_training_makes_the_model_that_is_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "__file__", str(tmp_path / "classifier.py"))
    result = CliRunner().invoke(command.main, ["--data", str(tmp_path / "absent")])
    assert result.exit_code == 0, result.output
    assert "our own phrases, German" in result.output
    assert (tmp_path / "model.tsv").read_text(encoding="utf-8") == file_text(MODEL)


def test_the_order_of_the_examples_does_not_matter(trained: list[Phrase]) -> None:
    examples = [(phrase.text, phrase.intent) for phrase in trained][::40]
    assert model_text(examples) == model_text([*reversed(examples), examples[0]])


def test_the_model_is_small() -> None:
    assert len(file_text(MODEL).encode()) <= 400_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", INTENTS)
def test_each_intent_has_phrases_enough(trained: list[Phrase], language: str, intent: str) -> None:
    phrases = {tuple(words_of(phrase.text)) for phrase in trained if (phrase.language, phrase.intent) == (language, intent)}
    kept_back = [phrase for phrase in held_out_phrases() if (phrase.language, phrase.intent) == (language, intent)]
    assert len(phrases) >= 80
    assert len(kept_back) >= 15


def test_no_held_out_phrase_is_trained_on(trained: list[Phrase]) -> None:
    seen = {tuple(words_of(phrase.text)) for phrase in trained}
    assert [phrase for phrase in held_out_phrases() if tuple(words_of(phrase.text)) in seen] == []


def test_no_core_of_bitext_is_on_both_sides(shared: Path) -> None:
    cores: dict[bool, set[str]] = {True: set(), False: set()}
    for text, _, is_held_out in bitext(shared / "data"):
        cores[is_held_out].add(" ".join(core_of(text)))
    assert len(cores[True]) > 200
    assert cores[True] & cores[False] == set()


def test_a_template_takes_each_alternative() -> None:
    found = [text.split() for text in variants("(a|b|c) order {ware}", {"ware": ["mug", "cake"]})]
    assert {first for first, *_ in found} == {"a", "b", "c"}
    assert {last for *_, last in found} == {"mug", "cake"}


def test_rates_by_hand() -> None:
    said = {"w": "thanks", "x": "thanks", "y": "confirm", "z": "thanks"}
    found = scores([("w", "thanks"), ("x", "confirm"), ("y", "confirm"), ("z", "thanks")], said.__getitem__)
    assert found == [Score("thanks", 2 / 3, 1.0, 2), Score("confirm", 1.0, 0.5, 2)]
    assert macro_f1(found) == pytest.approx((4 / 5 + 2 / 3) / 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_phrases_are_understood_as_said(language: str) -> None:
    own = {name: examples for name, examples in held_out(None).items() if name.endswith({"de": "German", "en": "English"}[language])}
    assert {name: macro_f1(found) >= FLOORS[name] for name, found in measured(file_text(MODEL), own).items()} == dict.fromkeys(own, True)


def test_public_data_are_understood_as_said(shared: Path) -> None:
    found = measured(file_text(MODEL), held_out(shared / "data"))
    assert found.keys() == FLOORS.keys()
    assert {name: macro_f1(each) for name, each in found.items() if macro_f1(each) < FLOORS[name]} == {}
