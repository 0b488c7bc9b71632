"""Trains the tiny language model of the demo and records it in grading/demo/generator/.

    CONCORD_VAR=$(mktemp -d) .venv/bin/python -m bench.demo_generator

It loads the demo, makes a base on the spot (a GPT-2 of two thin layers; every character is a token), teaches it the
good answers of the demo's second training set by the code that every training goes through, and keeps files, curve
and figures. To be run again where the demo's exam or the format of a version changes.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import django

BASE = "tiny-gpt2-demo"
SETTINGS = {
    "method": "full", "writes": "answer", "least_share": 0.8, "epochs": 24, "batch_size": 8,
    "learning_rate": 6e-3, "patience": 0, "max_tokens": 256, "precision": "float32", "threads": 1,
}  # fmt: skip


def make_base(folder: Path, texts: Iterable[str]) -> None:
    import torch
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    words = {word: at for at, word in enumerate(["[END]", "[UNK]", *sorted(set("".join(texts)))])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="[END]", unk_token="[UNK]"
    ).save_pretrained(folder)
    torch.manual_seed(5)
    config = GPT2Config(
        vocab_size=len(words), n_positions=288, n_embd=40, n_layer=2, n_head=4, bos_token_id=0,
        eos_token_id=0, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
    )  # fmt: skip
    GPT2LMHeadModel(config).save_pretrained(folder)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    from annotations.models import Team, User
    from grading.actions.demo_generator import PROMPT, RECORDED, writer_template
    from grading.actions.fine_tune import start_fine_tuning
    from grading.backends.generator_settings import GeneratorSettings
    from grading.demo.exam import HISTORY
    from grading.grader_jobs import fine_tune
    from grading.models import ModelVersion, TrainingSet
    from grading.training_rows import rows_of

    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    engineer = User.objects.get(username="engineer")
    learnt = TrainingSet.objects.order_by("pk").last()
    with tempfile.TemporaryDirectory() as place:
        rows = list(rows_of(learnt))
        make_base(Path(place), [PROMPT, "0123456789", *(r["question"]["text"] + r["answer"] for r in rows)])
        run = start_fine_tuning(
            training_set=learnt, school_subject=HISTORY, kind="generator", user=engineer,
            hyper_parameters=GeneratorSettings(place, **SETTINGS).to_json(),
            template=writer_template(Team.objects.get(), engineer),
        )  # fmt: skip
        fine_tune(run.pk)
        run.refresh_from_db()
        if run.state != run.State.DONE:
            raise SystemExit(run.error)
        version = ModelVersion.objects.get(pk=run.version_id)
        record(version, place, RECORDED)


def record(version, place: str, target: Path) -> None:
    """Without the place of the base, which is gone."""
    names = ("split", "step", "epoch", "loss", "accuracy", "qwk", "examples_per_second", "seconds_left")
    told = {
        "hyper_parameters": version.hyper_parameters,
        "measures": version.measures,
        "points": [
            {name: round(value, 4) if isinstance(value, float) else value for name, value in point.items()}
            for point in version.fine_tuning.points.values(*names)
        ],
    }
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(version.folder, target)
    (target / "training.json").write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8")
    for file in target.rglob("*.json"):
        file.write_text(file.read_text("utf-8").replace(place, BASE), "utf-8")
    print(json.dumps(version.measures["answers"]), (target / "examples.json").read_text("utf-8"))


if __name__ == "__main__":
    main()
