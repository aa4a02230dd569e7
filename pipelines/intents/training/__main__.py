"""Trains the model, measures it and writes both down: `make intents`."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.intents import classifier
from pipelines.intents.training.learning import model_text
from pipelines.intents.training.measuring import benchmark_lines
from pipelines.intents.training.phrases import training_phrases
from pipelines.markdown import with_section


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the public data sets; without it only our own phrases serve.")
@click.option("--page", type=click.Path(path_type=Path, exists=True), help="Page whose section of figures is rewritten, given --data.")
def main(data: Path | None, page: Path | None) -> None:
    """Trains the classifier of intents on our own phrases and measures it on phrases it has not seen."""
    text = model_text([(phrase.text, phrase.intent) for phrase in training_phrases()])
    Path(classifier.__file__).with_name("model.tsv").write_text(text, encoding="utf-8")
    lines = benchmark_lines(text, data if data is not None and data.is_dir() else None)
    click.echo("\n".join(lines))
    if page is not None and data is not None and data.is_dir():
        page.write_text(with_section(page.read_text(encoding="utf-8"), "intents", lines), encoding="utf-8")


if __name__ == "__main__":
    main()
