"""Training an encoder grader: taken up after a kill, cancelled, LoRA, freeze, early stopping, the curve."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file

from grading.backends import base_models, encoder_speed, memory
from grading.backends.encoder import EncoderGrader
from grading.backends.encoder_settings import SettingsProblem
from grading.backends.progress import Cancelled
from tests.grading.tiny_bert import make_base, papers, settings


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_base(tmp_path_factory.mktemp("base"))


class Killed(BaseException):
    """Stands for what leaves no time to tidy up."""


def weights(grader, folder) -> dict:
    grader.save(folder)
    return load_file(folder / "encoder/model.safetensors") | load_file(folder / "head.safetensors")


def same(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all((one[name] == other[name]).all() for name in one)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_training_killed_in_an_epoch_ends_with_the_very_weights_of_one_that_was_not(
    base, tmp_path, method
):
    how = settings(base, epochs=3, checkpoint_seconds=0, method=method)
    whole = EncoderGrader.fit(papers(), papers(8), how, tmp_path / "whole")
    steps: list[int] = []

    def kill(point) -> None:
        steps.append(point.step)
        if point.step == 9:
            raise Killed

    with pytest.raises(Killed):
        EncoderGrader.fit(papers(), papers(8), how, tmp_path / "work", kill)
    (tmp_path / "work/checkpoint.pt.part").write_bytes(b"half")
    again = EncoderGrader.fit(
        papers(), papers(8), how, tmp_path / "work", lambda p: steps.append(p.step)
    )
    assert steps.index(9) < steps.index(10)
    assert steps.count(1) == 1, "it began anew"
    assert same(weights(whole, tmp_path / "a"), weights(again, tmp_path / "b"))
    assert again.record["best_step"] == whole.record["best_step"]


def test_a_checkpoint_of_other_papers_is_not_taken_up(base, tmp_path):
    how = settings(base, epochs=1, checkpoint_seconds=0)
    EncoderGrader.fit(papers(), [], how, tmp_path)
    steps: list[int] = []
    EncoderGrader.fit(papers(20), [], how, tmp_path, lambda point: steps.append(point.step))
    assert steps[0] == 1


def test_cancelling_keeps_what_was_learnt(base, tmp_path):
    how, seen = settings(base, epochs=2), []
    with pytest.raises(Cancelled):
        EncoderGrader.fit(papers(), [], how, tmp_path, seen.append, lambda: len(seen) >= 4)
    EncoderGrader.fit(papers(), [], how, tmp_path, seen.append)
    assert [point.step for point in seen] == list(range(1, 13))


def test_cancelling_while_it_looks_at_the_validation_papers_leaves_that_look_out_of_no_curve(
    base, tmp_path
):
    how, curves = settings(base, epochs=2, checkpoint_seconds=0), []
    asked = []

    def is_cancelled() -> bool:
        asked.append(1)
        return len(asked) == 8  # once before each of six steps, then in the look after them

    with pytest.raises(Cancelled):
        EncoderGrader.fit(papers(), papers(8), how, tmp_path, curves.append, is_cancelled)
    EncoderGrader.fit(papers(), papers(8), how, tmp_path, curves.append)
    looks = [point.step for point in curves if point.split == "validation"]
    assert looks == [6, 12]


def test_lora_trains_little_and_leaves_an_encoder_like_any_other(base, tmp_path):
    how = settings(base, method="lora", learning_rate=2e-2, head_learning_rate=2e-2, epochs=4)
    grader = EncoderGrader.fit(papers(), papers(8), how, tmp_path / "work")
    assert grader.record["parameters_trained"] < grader.record["parameters"] / 5
    told = grader.probabilities(papers(4))
    grader.save(tmp_path / "version")
    names = load_file(tmp_path / "version/encoder/model.safetensors")
    assert names.keys() == {
        name for name in load_file(base / "model.safetensors") if not name.startswith("pooler")
    }
    for one, other in zip(
        told, EncoderGrader.load(tmp_path / "version").probabilities(papers(4)), strict=True
    ):
        assert one == pytest.approx(other, abs=1e-6)


def test_freezing_leaves_the_lower_layers_as_they_were(base, tmp_path):
    how = settings(base, method="freeze", layers_kept=1, epochs=1)
    learnt = weights(EncoderGrader.fit(papers(), [], how, tmp_path / "work"), tmp_path / "version")
    before = load_file(base / "model.safetensors")
    changed = {name for name in before if name in learnt and (before[name] != learnt[name]).any()}
    assert changed
    assert all(name.startswith("encoder.layer.1.") for name in changed)


def test_more_layers_kept_than_there_are_is_said_with_their_number(base, tmp_path):
    with pytest.raises(SettingsProblem) as refused:
        EncoderGrader.fit(papers(), [], settings(base, method="freeze", layers_kept=3), tmp_path)
    assert (refused.value.code, refused.value.limits) == ("layers", (0, 2))


def test_lora_on_parts_that_the_model_lacks_is_refused(base, tmp_path):
    with pytest.raises(SettingsProblem) as refused:
        EncoderGrader.fit(
            papers(), [], settings(base, method="lora", lora_targets=("wheel",)), tmp_path
        )
    assert refused.value.code == "targets"


def test_it_stops_when_the_validation_loss_rises_and_keeps_the_best(base, tmp_path):
    """The validation marks are all wrong: the better it learns, the worse they fare."""
    wrong = [type(p)(p.question, p.answer, p.question.marks[-1] - p.mark) for p in papers(8)]
    seen = []
    how = settings(base, patience=2)
    grader = EncoderGrader.fit(papers(), wrong, how, tmp_path, seen.append)
    looks = [point for point in seen if point.split == "validation"]
    best = min(looks, key=lambda point: point.loss)
    assert looks[-1].step < looks[-1].steps
    assert [point.step for point in looks].index(best.step) == len(looks) - 3
    assert (grader.record["best_step"], grader.record["validation_loss"]) == (best.step, best.loss)


def test_gradient_checkpointing_changes_no_result(base, tmp_path):
    """Without dropout (its random numbers are the only thing drawn) the losses are the same."""
    losses = []
    for is_on in (False, True):
        how = settings(base, epochs=1, gradient_checkpointing=is_on, evaluations_per_epoch=1)
        EncoderGrader.fit(papers(), papers(8), how, tmp_path / str(is_on), losses.append)
    half = len(losses) // 2
    assert [p.loss for p in losses[:half]] == pytest.approx(
        [p.loss for p in losses[half:]], rel=1e-4
    )


def test_rare_marks_count_more_with_class_weights(base, tmp_path):
    rare = [paper for paper in papers() if paper.question.key == "2"]
    rare = [p for p in rare if p.mark == 0] * 6 + [p for p in rare if p.mark == 1][:2]
    share = []
    for is_on in (False, True):
        how = settings(base, epochs=2, class_weights=is_on)
        grader = EncoderGrader.fit(rare, [], how, tmp_path / str(is_on))
        share.append(grader.probabilities([rare[-1]])[0][2])
    assert share[1] > share[0]


def test_a_training_that_does_not_fit_is_refused_before_it_begins(base, tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 100_000)
    points = []
    with pytest.raises(memory.OutOfMemory) as refused:
        EncoderGrader.fit(papers(), [], settings(base), tmp_path, points.append)
    assert refused.value.advice[0] == "batch_size"
    assert points == []


def test_a_base_that_is_not_here_is_named_with_the_place_to_put_it(tmp_path):
    for base, code in (("bert-base-nowhere", "nowhere"), (str(tmp_path), "not_a_model")):
        with pytest.raises(base_models.BaseModelMissing) as missing:
            EncoderGrader.untrained(settings(base), papers())
        assert missing.value.code == code
        assert missing.value.place


def test_weights_that_would_have_to_be_unpickled_are_refused(tmp_path):
    base = make_base(tmp_path)
    (base / "model.safetensors").rename(base / "pytorch_model.bin")
    with pytest.raises(base_models.BaseModelMissing) as missing:
        base_models.find(str(base))
    assert missing.value.code == "no_safetensors"


def test_a_training_takes_no_more_threads_than_the_process_has_and_gives_them_back(base, tmp_path):
    own = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        for asked, taken in ((1, 1), (1024, 2), (0, 2)):
            with encoder_speed.threads(asked):
                assert torch.get_num_threads() == taken
        fitted = EncoderGrader.fit(papers(8), [], settings(base, epochs=1, threads=1), tmp_path / "work")
        assert (fitted.record["threads"], torch.get_num_threads()) == (1, 2)
    finally:
        torch.set_num_threads(own)
