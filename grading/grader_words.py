"""What is said to people when a grader cannot be trained: what happened and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from grading.backends.base_models import BaseModelMissing
from grading.backends.encoder_settings import SettingsProblem
from grading.backends.memory import OutOfMemory

SETTINGS = {
    "base": gettext_lazy("base model"),
    "method": gettext_lazy("method"),
    "head": gettext_lazy("head"),
    "epochs": gettext_lazy("epochs"),
    "batch_size": gettext_lazy("batch size"),
    "learning_rate": gettext_lazy("learning rate"),
    "head_learning_rate": gettext_lazy("learning rate of the head"),
    "weight_decay": gettext_lazy("weight decay"),
    "warmup": gettext_lazy("warm-up"),
    "max_tokens": gettext_lazy("longest text in tokens"),
    "lora_rank": gettext_lazy("LoRA rank"),
    "lora_alpha": gettext_lazy("LoRA alpha"),
    "lora_dropout": gettext_lazy("LoRA dropout"),
    "lora_targets": gettext_lazy("LoRA targets"),
    "layers_kept": gettext_lazy("layers kept"),
    "patience": gettext_lazy("patience"),
    "evaluations_per_epoch": gettext_lazy("evaluations an epoch"),
    "class_weights": gettext_lazy("class weights"),
    "gradient_checkpointing": gettext_lazy("gradient checkpointing"),
    "precision": gettext_lazy("number type"),
    "checkpoint_seconds": gettext_lazy("seconds between checkpoints"),
    "threads": gettext_lazy("threads"),
    "seed": gettext_lazy("random seed"),
    "template": gettext_lazy("prompt template"),
    "writes": gettext_lazy("what it writes"),
    "least_share": gettext_lazy("least share of the full mark"),
    "answers": gettext_lazy("a training set with fewer answers"),
}
MISSING = {
    "nowhere": gettext_lazy(
        "There is no model “%(base)s” on this machine. Put its folder somewhere and give the path, or its "
        "files into the local cache (%(place)s; HF_HOME moves it). With CONCORD_HUB_MODELS=1 it is fetched from the "
        "Hub, or from the mirror that HF_ENDPOINT names."
    ),
    "not_a_model": gettext_lazy("%(place)s is no folder of a model: it has no config.json."),
    "no_safetensors": gettext_lazy(
        "%(place)s has no weights as safetensors. Other files of weights can run code when they are read, so "
        "they are not opened: fetch model.safetensors."
    ),
    "no_tokenizer": gettext_lazy("%(place)s has no tokenizer: add vocab.txt or tokenizer.json."),
    "foreign_code": gettext_lazy(
        "transformers does not know “%(base)s” without code that comes with it, and foreign code is not run "
        "here. Choose another model."
    ),
    "not_on_hub": gettext_lazy(
        "%(place)s has no model “%(base)s”, or gives it to nobody who has not signed in. Look at the name, or "
        "give the path of a folder."
    ),
    "download": gettext_lazy(
        "“%(base)s” could not be fetched from %(place)s: %(detail)s. HF_ENDPOINT names a mirror; or give the path "
        "of a folder."
    ),
}


def missing_base(problem: BaseModelMissing) -> str:
    return str(MISSING[problem.code]) % {
        "base": problem.base, "place": problem.place, "detail": problem.detail[:200]
    }  # fmt: skip


def settings_problem(problem: SettingsProblem) -> str:
    name = SETTINGS.get(problem.field, problem.field)
    if problem.limits is not None:
        low, high = problem.limits
        return _("“%(name)s” must lie between %(low)g and %(high)g.") % {
            "name": name, "low": low, "high": high
        }  # fmt: skip
    return _("“%(name)s” cannot be used with this model.") % {"name": name}


def memory_advice(problem: OutOfMemory) -> str:
    names = [str(SETTINGS.get(name, name)) for name in problem.advice]
    return _("Memory ran out. What needs less: %(settings)s. Then start again.") % {
        "settings": pgettext("between names", ", ").join(names)
    }
