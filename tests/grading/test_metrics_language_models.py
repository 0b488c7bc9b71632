"""BERTScore, perplexity and entailment on tiny models: the sums are done again here, text by text."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grading.backends import bertscore, entailment, perplexity
from grading.methods.metrics_retrieved import supported
from grading.methods.metrics_value import MetricProblem
from grading.metrics import compute, per_item
from tests.grading import tiny_models

PREDICTIONS = ["我们会在三天内退款。", "不知道", "the cat", ""]
REFERENCES = ["我们三天内退款。", "我们会退款", "a cat ran", "猫"]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return str(tiny_models.encoder(tmp_path_factory.mktemp("encoder")))


@pytest.fixture(scope="module")
def language_model(tmp_path_factory):
    return str(tiny_models.language_model(tmp_path_factory.mktemp("lm")))


def vectors_of(folder: str, text: str, layer: int) -> tuple[list[int], np.ndarray]:
    """One text by itself, without padding."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    ids = tokenizer(text)["input_ids"]
    with torch.no_grad():
        hidden = model(torch.tensor([ids]), output_hidden_states=True).hidden_states[layer][0].numpy()
    return ids, hidden


def by_hand(folder: str, prediction: str, reference: str, layer: int, weight) -> tuple[float, float, float]:
    (ids, left), (other_ids, right) = (vectors_of(folder, t, layer) for t in (prediction, reference))

    def cosine(a, b):
        return float(a @ b / math.sqrt(a @ a) / math.sqrt(b @ b))

    def side(ids, mine, others):
        weights = [weight(i) for i in ids]
        best = [max(cosine(v, o) for o in others) for v in mine]
        return sum(w * b for w, b in zip(weights, best, strict=True)) / sum(weights)

    p, r = side(ids, left, right), side(other_ids, right, left)
    return p, r, 2 * p * r / (p + r)


def test_bertscore_is_the_greedy_matching_of_the_paper(encoder):
    found = bertscore.scores(PREDICTIONS[:3], REFERENCES[:3], folder=encoder, layer=2)
    for i in range(3):
        expected = by_hand(encoder, PREDICTIONS[i], REFERENCES[i], 2, lambda token: float(token not in (2, 3)))
        assert (found.precision[i], found.recall[i], found.f1[i]) == pytest.approx(expected, abs=1e-5)


def test_with_idf_rare_words_weigh_more(encoder):
    found = bertscore.scores(PREDICTIONS[:2], REFERENCES[:2], folder=encoder, layer=2, is_idf=True)
    sets = [set(vectors_of(encoder, text, 0)[0]) for text in REFERENCES[:2]]

    def weight(token: int) -> float:
        return 0.0 if token in (2, 3) else math.log(3 / (sum(token in s for s in sets) + 1))

    assert found.f1[0] == pytest.approx(by_hand(encoder, PREDICTIONS[0], REFERENCES[0], 2, weight)[2], abs=1e-5)
    assert found.f1[0] != pytest.approx(by_hand(encoder, PREDICTIONS[0], REFERENCES[0], 2, lambda t: float(t not in (2, 3)))[2], abs=1e-3)


def test_bertscore_of_the_catalogue(encoder):
    values = per_item("bertscore", ["猫", "猫", None, ""], ["猫", "狗", "猫", "猫"], encoder=encoder)
    assert values[0] == pytest.approx(1, abs=1e-6)
    assert values[1] < 0.999
    assert values[2:] == [None, 0.0]
    total = compute("bertscore", ["猫", "猫", None, ""], ["猫", "狗", "猫", "猫"], encoder=encoder)
    assert (total.n, total.detail["layer"]) == (3, 2)
    assert total.value == pytest.approx(sum(values[i] for i in (0, 1, 3)) / 3)


def test_a_text_longer_than_the_model_is_cut_and_counted(encoder):
    assert bertscore.scores(["猫" * 100], ["猫"], folder=encoder).cut_short == 1


def test_the_order_of_pairs_and_their_batches_change_nothing(encoder):
    together = bertscore.scores(PREDICTIONS, REFERENCES, folder=encoder)
    alone = [bertscore.scores([p], [r], folder=encoder).f1[0] for p, r in zip(PREDICTIONS, REFERENCES, strict=True)]
    assert together.f1 == pytest.approx(alone, abs=1e-5)


def surprise(folder: str, ids: list[int], window: int) -> list[float]:
    """−ln p of each token but the first, each in a pass of its own with what the windows let it see."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    found, start, end = [], 0, window
    for place in range(1, len(ids)):
        if place >= end:
            start, end = place - window // 2, place + window - window // 2
        with torch.no_grad():
            logits = model(torch.tensor([ids[start:place]])).logits[0, -1].double()
        found.append(float(-logits.log_softmax(-1)[ids[place]]))
    return found


@pytest.mark.parametrize("text", ["猫跑了", "the cat ran", "我们会在三天内退款。" * 5])
def test_perplexity_scores_every_token_once_in_overlapping_windows(language_model, text):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(language_model)
    ids = [tokenizer.bos_token_id, *tokenizer(text, add_special_tokens=False)["input_ids"]]
    expected = surprise(language_model, ids, 16)
    found = perplexity.losses([text], folder=language_model)[0]
    assert found.tokens == len(expected) == len(ids) - 1
    assert found.total == pytest.approx(sum(expected), rel=1e-5)


def test_the_total_weighs_every_token_the_same(language_model):
    texts = ["猫", "我们会在三天内退款。", None, ""]
    losses = perplexity.losses([texts[0], texts[1]], folder=language_model)
    total = compute("perplexity", texts, language_model=language_model)
    assert total.value == pytest.approx(math.exp(sum(x.total for x in losses) / sum(x.tokens for x in losses)))
    assert per_item("perplexity", texts, language_model=language_model) == [
        pytest.approx(math.exp(losses[0].total / losses[0].tokens)),
        pytest.approx(math.exp(losses[1].total / losses[1].tokens)),
        None,
        None,
    ]


def test_without_a_begin_token_the_first_one_is_not_scored(tmp_path):
    folder = str(tiny_models.language_model(tmp_path, begin=None))
    assert [loss.tokens for loss in perplexity.losses(["猫", "猫跑"], folder=folder)] == [0, 1]


def test_entailment_gives_the_probability_of_its_class(tmp_path):
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = tiny_models.classifier(tmp_path, ("contradiction", "neutral", "entailment"))
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    pairs = [("我们会退款", "退款"), ("猫跑了", "狗跑了"), ("我们会退款", "退款")]
    found = entailment.supports(str(folder))(pairs)
    for pair, value in zip(pairs, found, strict=True):
        with torch.no_grad():
            logits = model(**tokenizer(*pair, return_tensors="pt")).logits[0]
        assert value == pytest.approx(float(logits.softmax(-1)[2]), abs=1e-5)


def test_a_long_passage_is_cut_and_the_claim_kept(tmp_path):
    folder = str(tiny_models.classifier(tmp_path, ("entailment", "not_entailment")))
    supports = entailment.supports(folder)
    assert supports([("猫" * 500, "狗跑了")]) != supports([("猫" * 500, "你知道")])
    assert len(supports([("猫", "狗" * 500)])) == 1


def test_faithfulness_by_a_model_counts_sentences_above_one_half(tmp_path):
    folder = str(tiny_models.classifier(tmp_path, ("entailment", "not_entailment")))
    claims, passages = ["猫跑了。", "狗跑了。"], ["我们会退款", "不知道"]
    supports = entailment.supports(folder)
    expected = sum(max(supports([(p, c) for p in passages])) >= 0.5 for c in claims) / 2
    assert supported("".join(claims), passages, supports) == expected
    found = compute("faithfulness", ["".join(claims)], contexts=[passages], way="model", entailment_model=folder)
    assert (found.value, found.detail["way"]) == (expected, "model")


@pytest.mark.parametrize(
    ("metric", "option", "code"),
    [("bertscore", "encoder", "no_model"), ("perplexity", "language_model", "no_model"), ("faithfulness", "entailment_model", "no_model")],
)
def test_without_a_model_it_says_so(metric, option, code):
    with pytest.raises(MetricProblem) as problem:
        compute(metric, ["a"], ["a"], contexts=[["a"]], way="model")
    assert problem.value.code == code
    with pytest.raises(MetricProblem) as problem:
        compute(metric, ["a"], ["a"], contexts=[["a"]], way="model", **{option: "/nowhere/at/all"})
    assert problem.value.code == "model_nowhere"


def test_a_model_that_does_not_say_what_follows_is_refused(tmp_path):
    folder = str(tiny_models.classifier(tmp_path, ("LABEL_0", "LABEL_1")))
    with pytest.raises(MetricProblem) as problem:
        entailment.supports(folder)
    assert problem.value.code == "no_entailment"


def test_weights_that_would_be_unpickled_are_refused(tmp_path):
    folder = tiny_models.encoder(tmp_path)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(MetricProblem) as problem:
        compute("bertscore", ["a"], ["a"], encoder=str(folder))
    assert problem.value.code == "model_no_safetensors"
