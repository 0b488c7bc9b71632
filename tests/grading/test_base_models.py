"""Base models come from a Hub over its own protocol, as safetensors alone; every way in which that can fail is told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from unittest import mock

import huggingface_hub.constants as hub_constants
import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from config.paths import BASE
from grading.backends import base_models
from grading.backends.progress import Cancelled
from grading.models import FineTuning, ModelVersion
from tests.grading.grader_case import GraderCase, past_papers
from tests.grading.hub_server import REVISION, hub

NAME = "school/tiny-bert"


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A cache of its own, and a folder for what the Hub has."""
    monkeypatch.setattr(hub_constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(hub_constants, "HF_HUB_OFFLINE", False)
    return tmp_path


@pytest.fixture
def model(places) -> Path:
    """Files as a repository has them; whether they can be loaded does not matter here."""
    folder = places / "model"
    folder.mkdir()
    for name in ("config.json", "vocab.txt", "model.safetensors", "pytorch_model.bin", "modeling_own.py"):
        (folder / name).write_text("{}")
    return folder


def serving(model: Path, monkeypatch):
    """The Hub with that model under NAME."""
    server = hub({NAME: model})
    started = server.__enter__()
    to_ask(started.url, monkeypatch)
    return server, started


def to_ask(url: str, monkeypatch) -> None:
    """As HF_ENDPOINT says it when the library is first imported."""
    monkeypatch.setattr(hub_constants, "ENDPOINT", url)
    files = f"{url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(hub_constants, "HUGGINGFACE_CO_URL_TEMPLATE", files)


@pytest.fixture
def served(model, monkeypatch):
    server, started = serving(model, monkeypatch)
    yield started
    server.__exit__(None, None, None)


def problem_of(base: str = NAME, **more) -> base_models.BaseModelMissing:
    with pytest.raises(base_models.BaseModelMissing) as missing:
        base_models.find(base, allow_download=True, **more)
    return missing.value


def asked_files(server) -> set[str]:
    return {path.rpartition("/")[2] for path in server.asked if "/resolve/" in path}


def test_a_model_is_fetched_once_and_neither_code_nor_pickles_with_it(served):
    found = base_models.find(NAME, allow_download=True)
    assert found.name == REVISION
    assert asked_files(served) == {"config.json", "vocab.txt", "model.safetensors"}
    served.asked.clear()
    assert base_models.find(NAME, allow_download=True) == base_models.find(NAME) == found
    assert served.asked == []


def test_without_leave_no_network_is_touched(served):
    with pytest.raises(base_models.BaseModelMissing, match="nowhere"):
        base_models.find(NAME)
    base_models.check(NAME, allow_download=True)
    assert served.asked == []


def test_what_was_fetched_in_part_is_completed(served, model):
    (model / "model.safetensors").rename(model / "kept")
    (model / "model.safetensors").mkdir()  # it is listed and cannot be had
    assert problem_of().code == "download"
    (model / "model.safetensors").rmdir()
    (model / "kept").rename(model / "model.safetensors")
    assert (base_models.find(NAME, allow_download=True) / "model.safetensors").is_file()


def test_weights_in_several_files_are_all_wanted(model):
    index = {"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}
    (model / "model.safetensors.index.json").write_text(json.dumps(index))
    (model / "one.safetensors").touch()
    with pytest.raises(base_models.BaseModelMissing, match="no_safetensors"):
        base_models.find(str(model))
    (model / "two.safetensors").touch()
    assert base_models.find(str(model)) == model


@pytest.mark.parametrize("index", ["{", "[]", "{}", '{"weight_map": {"a": 1}}'])
def test_an_index_that_says_nothing_is_no_traceback(model, index):
    (model / "model.safetensors.index.json").write_text(index)
    with pytest.raises(base_models.BaseModelMissing, match="no_safetensors"):
        base_models.find(str(model))


def test_a_repository_with_pickled_weights_alone_is_refused_before_anything_is_fetched(served, model):
    (model / "model.safetensors").unlink()
    assert problem_of().code == "no_safetensors"
    assert asked_files(served) == set()


def test_what_the_hub_does_not_have_is_said(served):
    missing = problem_of("school/other")
    assert (missing.code, missing.place) == ("not_on_hub", served.url)


def test_a_hub_that_cannot_be_reached_or_says_nothing_is_not_waited_for(served, monkeypatch):
    served.is_mute = True
    monkeypatch.setattr(base_models, "TIMEOUT", 1.0)
    began = time.monotonic()
    assert problem_of().code == "download"
    to_ask("http://127.0.0.1:1", monkeypatch)
    assert problem_of().place == "http://127.0.0.1:1"
    assert time.monotonic() - began < 120, "the library by itself waits for ever"


def test_who_no_longer_wants_it_need_not_wait(served, monkeypatch):
    served.is_mute = True
    monkeypatch.setattr(base_models, "TIMEOUT", 300.0)
    with pytest.raises(Cancelled):
        base_models.find(NAME, allow_download=True, is_cancelled=lambda: True)


def test_the_mirror_and_the_cache_are_those_of_the_environment(model, places):
    code = f"from grading.backends.base_models import find; print(find({NAME!r}, allow_download=True))"
    with hub({NAME: model}) as server:
        named = {"HF_ENDPOINT": server.url, "HF_HOME": str(places / "home"), "HF_HUB_OFFLINE": "0"}
        said = subprocess.run(
            [sys.executable, "-c", code], cwd=BASE, env=os.environ | named, check=True, timeout=120,
            capture_output=True, text=True,
        ).stdout  # fmt: skip
    assert said.startswith(str(places / "home" / "hub"))


class TrainingFromHub(GraderCase):
    @pytest.fixture(autouse=True)
    def _hub(self, places, monkeypatch):
        self.folder = shutil.copytree(self.base, places / "repository")
        server, self.hub = serving(self.folder, monkeypatch)
        yield
        server.__exit__(None, None, None)

    def command(self) -> str:
        out = StringIO()
        call_command(
            "fine_tune", str(past_papers(self.team, 30).pk), "--base", NAME, "--epochs=1", "--threads=1",
            "--precision=float32", stdout=out,
        )  # fmt: skip
        return out.getvalue()

    @override_settings(HUB_MODELS=True)
    def test_the_command_trains_on_a_base_that_it_fetches_by_name(self):
        assert "this" in self.command()
        version = ModelVersion.objects.get()
        assert version.hyper_parameters["base"] == NAME
        assert version.measures["training"]["base_digest"] == base_models.digest(base_models.find(NAME))

    def test_where_it_is_not_allowed_the_command_says_what_to_do_and_asks_nobody(self):
        with pytest.raises(CommandError, match="CONCORD_HUB_MODELS=1"):
            self.command()
        assert self.hub.asked == []

    @override_settings(HUB_MODELS=True)
    def test_a_model_with_code_of_its_own_is_refused_and_its_code_not_fetched(self):
        config = json.loads((self.folder / "config.json").read_text())
        own = {"model_type": "own", "auto_map": {"AutoConfig": "own.Config", "AutoModel": "own.Model"}}
        (self.folder / "config.json").write_text(json.dumps(config | own))
        (self.folder / "own.py").write_text("raise SystemExit('foreign code ran')")
        with pytest.raises(CommandError, match="foreign code is not run here"):
            self.command()
        assert "own.py" not in asked_files(self.hub)

    @override_settings(HUB_MODELS=True)
    def test_a_hub_that_is_away_ends_the_run_with_a_sentence(self):
        self.hub.is_mute = True
        with mock.patch.object(base_models, "TIMEOUT", 1.0), pytest.raises(CommandError, match="could not be fetched from http"):
            self.command()

    def test_the_page_lets_the_worker_fetch_where_that_is_allowed(self):
        own = {
            "training_set": past_papers(self.team, 30).pk, "school_subject": "历史", "kind": "encoder",
            "base": NAME, "method": "full", "head": "ordinal",
        }  # fmt: skip
        self.sign_in("erin")
        form = self.client.get("/graders/train/").context["form"]
        usual = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        data = {n: value for n, value in usual.items() if value is not None and value is not False} | own
        self.assertContains(self.client.post("/graders/train/", data), "CONCORD_HUB_MODELS=1")
        with override_settings(HUB_MODELS=True), mock.patch("grading.views.grader.enqueue") as enqueue:
            self.client.post("/graders/train/", data)
        enqueue.assert_called_once()
        assert FineTuning.objects.get().version.hyper_parameters["base"] == NAME
        assert self.hub.asked == []
