"""The figures of docs/benchmarks.md: how the classifier fares on texts that it was not trained on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pipelines.intents.classifier import intent_by, parse_model
from pipelines.intents.training.datasets import bitext, multidogo
from pipelines.intents.training.evaluation import Score, accuracy, macro_f1, scores
from pipelines.intents.training.learning import model_text
from pipelines.intents.training.phrases import LANGUAGES, held_out_phrases, training_phrases

_TITLES = {"de": "our own phrases, German", "en": "our own phrases, English"}
_BITEXT, _MULTIDOGO = "Bitext, held-out cores", "MultiDoGO fast food, test"

Examples = list[tuple[str, str]]


def held_out(data: Path | None) -> dict[str, Examples]:
    """Name of a set -> texts and intents that no training sees."""
    own = held_out_phrases()
    sets = {_TITLES[language]: [(each.text, each.intent) for each in own if each.language == language] for language in LANGUAGES}
    if data is not None:
        sets[_BITEXT] = [(text, intent) for text, intent, is_held_out in bitext(data) if is_held_out]
        sets[_MULTIDOGO] = list(multidogo(data, "test"))
    return sets


def measured(model: str, sets: dict[str, Examples]) -> dict[str, list[Score]]:
    """Name of a set -> the scores of a model file on it."""
    classify = partial(intent_by, parse_model(model))
    return {name: scores(examples, classify) for name, examples in sets.items()}


def benchmark_lines(model: str, data: Path | None) -> list[str]:
    """The tables in Markdown: all sets at a glance, then each intent of each set."""
    sets = held_out(data)
    found = measured(model, sets)
    if data is None:
        lines = ["| held out | texts | macro F1 | accuracy |", "|---|---:|---:|---:|"]
        lines += [_summary(name, found[name]) for name in sets]
    else:
        richer = measured(model_text(_with_training_splits(data)), sets)
        lines = [
            "| held out | texts | macro F1 | accuracy | macro F1, public splits learned too |",
            "|---|---:|---:|---:|---:|",
        ]
        lines += [f"{_summary(name, found[name])} {macro_f1(richer[name]):.3f} |" for name in sets]
    for name in sets:
        lines += ["", f"### {name[0].upper()}{name[1:]}", "", "| intent | precision | recall | F1 | texts |", "|---|---:|---:|---:|---:|"]
        lines += map(_line, found[name])
    return lines


def _summary(name: str, found: list[Score]) -> str:
    return f"| {name} | {sum(each.support for each in found):,} | {macro_f1(found):.3f} | {accuracy(found):.3f} |"


def _line(score: Score) -> str:
    return f"| `{score.intent}` | {score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f} | {score.support:,} |"


def _with_training_splits(data: Path) -> Examples:
    own = [(phrase.text, phrase.intent) for phrase in training_phrases()]
    return own + [(text, intent) for text, intent, is_held_out in bitext(data) if not is_held_out] + list(multidogo(data, "train"))
