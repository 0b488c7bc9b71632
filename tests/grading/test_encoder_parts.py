"""The encoder grader's parts: texts, batches, scales, heads, the short last layer, settings."""

from __future__ import annotations

import numpy as np
import pytest

from grading.backends import encoder_scales as scales
from grading.backends.encoder_batches import filled, training_batches
from grading.backends.encoder_settings import EncoderSettings, SettingsProblem
from grading.backends.encoder_text import PaperEncoder
from grading.backends.papers import Paper, Question
from tests.grading.tiny_bert import WHEN, WHY, make_base


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def tokenizer(base):
    from grading.backends.encoder_network import tokenizer_in

    return tokenizer_in(base)


def test_a_paper_is_read_as_the_tokenizer_itself_reads_a_pair(tokenizer):
    paper = Paper(WHEN, "1760年")
    [one] = PaperEncoder(tokenizer, 64)([paper])
    known = tokenizer("何时？", "1760年")
    assert (one.ids, one.segments) == (known["input_ids"], known["token_type_ids"])


def test_where_both_are_too_long_the_question_is_cut_and_the_answer_kept(tokenizer):
    read = PaperEncoder(tokenizer, 16)
    [one] = read([Paper(WHY, "煤炭丰富")])
    assert len(one) == 16
    assert tokenizer.decode(one.ids).replace(" ", "").endswith("[SEP]煤炭丰富[SEP]")
    [longer] = read([Paper(WHY, "煤" * 50)])
    assert longer.ids.count(tokenizer.convert_tokens_to_ids("煤")) == 13


def test_questions_without_a_text_are_told_apart_by_their_keys(tokenizer):
    read = PaperEncoder(tokenizer, 32)
    one, other = read([Paper(Question(key, (0, 1)), "年") for key in ("1", "2")])
    assert one != other


def test_an_epoch_holds_every_paper_once_and_its_batches_little_padding():
    lengths = np.random.default_rng(3).integers(5, 300, 1000).tolist()
    batches = training_batches(lengths, 16, seed=1, epoch=0)
    assert sorted(row for batch in batches for row in batch) == list(range(1000))
    filled = sum(len(batch) * max(lengths[row] for row in batch) for batch in batches)
    assert sum(lengths) / filled > 0.9
    assert batches == training_batches(lengths, 16, seed=1, epoch=0)
    assert batches != training_batches(lengths, 16, seed=1, epoch=1)


@pytest.mark.parametrize(
    ("is_packed", "rows"), [(True, [[4, 3, 2], [1, 0]]), (False, [[4, 3], [2, 1, 0]])]
)
def test_a_batch_takes_what_its_tokens_hold(is_packed, rows):
    lengths, left, found = [1, 3, 3, 5, 9], [0, 1, 2, 3, 4], []
    while left:
        found.append(filled(lengths, left, 18, is_packed=is_packed))
    assert found == rows
    assert filled([50], [0], 18, is_packed=is_packed) == [0]


def test_knots_lie_at_all_marks_or_between_them():
    questions = [Question("a", (0, 1, 2)), Question("b", (0, 1))]
    assert scales.knots(questions, "class") == [0, 0.5, 1]
    assert scales.knots(questions, "ordinal") == [0.25, 0.5, 0.75]


def test_a_line_is_read_at_between_and_beyond_the_knots():
    line = np.array([1.0, 2.0, 4.0])
    read = scales.reading([0.0, 0.5, 1.0], np.array([0, 0.25, 0.5, 0.75, 1, 1.5]))
    assert read @ line == pytest.approx([1, 1.5, 2, 3, 4, 6])


@pytest.mark.parametrize("kind", ["ordinal", "regression", "class"])
def test_a_heads_probabilities_sum_to_one_on_every_scale_also_far_out(kind):
    import torch

    from grading.backends.encoder_heads import Head

    questions = [Question(str(n), tuple(range(n + 1))) for n in (1, 2, 5, 0, 20)]
    head = Head(kind, 4, scales.knots(questions[:3], kind))
    told = head(torch.randn(5, 4) * 300, head.marks(questions)).exp()
    assert told.sum(dim=1).tolist() == pytest.approx([1] * 5, abs=1e-5)
    assert all(row[len(q.marks) :].sum() == 0 for row, q in zip(told, questions, strict=True))
    assert told[3].tolist() == [1] + [0] * 20


def test_an_ordinal_head_gives_the_difference_of_its_cumulative_curves():
    import torch

    from grading.backends.encoder_heads import Head

    question = Question("q", (0.0, 1.0, 2.0))
    head = Head("ordinal", 1, [0.25, 0.75])
    with torch.no_grad():
        head.linear.weight.fill_(1.0)
    told = head(torch.tensor([[0.4]]), head.marks([question])).exp()[0].tolist()
    below = [1 / (1 + np.exp(0.4 - t)) for t in (-1, 1)]  # thresholds as they are at the start
    assert told == pytest.approx([below[0], below[1] - below[0], 1 - below[1]], abs=1e-6)


@pytest.mark.parametrize("kind", ["ordinal", "class", "regression"])
def test_a_head_starts_with_the_shares_that_the_marks_have(kind):
    import torch

    from grading.backends.encoder_heads import Head

    question, shares = Question("q", (0.0, 1.0, 2.0)), np.array([0.1, 0.7, 0.2])
    place = np.repeat([0.0, 0.5, 1.0], (100, 700, 200)).tolist()
    head = Head(kind, 1, scales.knots([question], kind))
    head.begin(place, np.ones(len(place)))
    told = head(torch.zeros(1, 1), head.marks([question])).exp()[0].tolist()
    assert told == pytest.approx(shares, abs=0.002 if kind != "regression" else 0.08)


def test_a_head_starts_with_weighted_shares_also_where_a_mark_was_never_given():
    import torch

    from grading.backends.encoder_heads import Head

    question = Question("q", (0.0, 1.0, 2.0, 3.0))
    head = Head("ordinal", 1, scales.knots([question], "ordinal"))
    head.begin([0.0, 1.0], np.array([3.0, 1.0]))
    told = head(torch.zeros(1, 1), head.marks([question])).exp()[0].tolist()
    assert told[0] > 2 * told[3] > 0
    assert min(told) > 0
    assert sum(told) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("kind", ["ordinal", "class", "regression"])
@pytest.mark.parametrize("place", [[], [0.0, 1.0]])
def test_a_head_starts_evenly_where_no_paper_counts(kind, place):
    import torch

    from grading.backends.encoder_heads import Head

    head = Head(kind, 1, scales.knots([Question("q", (0.0, 1.0, 2.0))], kind))
    before = {name: value.clone() for name, value in head.state_dict().items()}
    head.begin(place, np.zeros(len(place)))
    assert all(torch.equal(value, before[name]) for name, value in head.state_dict().items())


@pytest.mark.parametrize("has_padding", [True, False])
def test_the_short_last_layer_gives_what_the_long_one_gives(base, has_padding):
    import torch
    from transformers import AutoModel

    from grading.backends.encoder_network import encoder_in

    batch = {"input_ids": torch.tensor([[2, 7, 8, 9, 3], [2, 9, 3, 0, 0]])}
    if has_padding:
        batch["attention_mask"] = torch.tensor([[1] * 5, [1, 1, 1, 0, 0]])
    long = AutoModel.from_pretrained(base).eval()(**batch).last_hidden_state[:, 0]
    short = encoder_in(base).eval()(**batch).last_hidden_state
    assert short.shape[1] == 1
    assert torch.allclose(short[:, 0], long, atol=1e-5)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"base": ""}, "empty"),
        ({"method": "magic"}, "choice"),
        ({"epochs": 0}, "range"),
        ({"epochs": 1.5}, "kind"),
        ({"learning_rate": "fast"}, "kind"),
        ({"no_such": 1}, "choice"),
    ],
)
def test_a_wrong_setting_is_named_with_a_code(wrong, code):
    with pytest.raises(SettingsProblem) as refused:
        EncoderSettings.from_json({"base": "x"} | wrong)
    assert (refused.value.field, refused.value.code) == (next(iter(wrong)), code)


def test_settings_survive_json():
    how = EncoderSettings("x", lora_targets=("query", "value"), method="lora")
    assert EncoderSettings.from_json(how.to_json()) == how


def test_memory_that_runs_out_is_said_with_what_would_need_less():
    import torch

    from grading.backends.memory import OutOfMemory, explained

    with pytest.raises(OutOfMemory) as out, explained(("batch_size",)):
        torch.empty(2**60)
    assert out.value.advice == ("batch_size",)
    with pytest.raises(RuntimeError, match="other"), explained(("batch_size",)):
        raise RuntimeError("other")
