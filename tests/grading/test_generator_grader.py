"""A generator that gives marks: it learns a rule, its probabilities are those of the marks' texts, its prompts
are those of the exports."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from config.paths import BASE
from grading.backends.generator import Generator
from grading.backends.generator_foresight import foresight
from grading.backends.generator_grader import GeneratorGrader
from grading.backends.generator_settings import GeneratorSettings
from grading.backends.generator_text import Example
from grading.backends.paper_prompts import PromptText
from grading.backends.papers import Paper, Question, marks_of
from grading.training_prompts import Prompt
from grading.training_rows import question_of
from tests.grading.tiny_bert import papers
from tests.grading.tiny_gpt import make_language_model
from tests.grading.training_case import asked, built, example

PROMPT = PromptText("{question_key}：{answer}。得分：", "问答")
FINE = Question("1", (0.0, 1.0, 1.5, 10.0), "何时？")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_language_model(tmp_path_factory.mktemp("base"))


def settings(base, **changes) -> GeneratorSettings:
    usual = {"method": "full", "epochs": 25, "batch_size": 8, "learning_rate": 1e-2, "patience": 0}
    usual |= {"precision": "float32", "threads": 1, "max_tokens": 60, "evaluations_per_epoch": 1}
    return GeneratorSettings(str(base), **(usual | changes))


@pytest.fixture(scope="module")
def fitted(base, tmp_path_factory) -> GeneratorGrader:
    work = tmp_path_factory.mktemp("work")
    return GeneratorGrader.fit(papers(40), papers(8), settings(base), PROMPT, work)


def right(grader, asked_of) -> float:
    told = marks_of(asked_of, grader.probabilities(asked_of))
    return float(np.mean([mark == paper.mark for mark, paper in zip(told, asked_of, strict=True)]))


def test_it_learns_by_which_words_marks_are_given(base, fitted):
    seen = papers(12)
    assert right(fitted, seen) == 1
    assert right(GeneratorGrader.untrained(settings(base), PROMPT), seen) < 0.7
    assert all(one.max() > 0.9 for one in fitted.probabilities(seen))


def test_there_is_a_probability_for_every_mark_also_of_a_scale_never_learnt(fitted):
    told = fitted.probabilities([Paper(FINE, "煤炭"), *papers(3)])
    assert [len(one) for one in told] == [4, 3, 3, 3, 3, 3, 3]
    assert [one.sum() for one in told] == pytest.approx([1.0] * 7)


def test_probabilities_are_the_likelihoods_of_the_marks_texts_with_their_end(base):
    """Each mark's whole text scored by itself, without batch, padding or what was kept of the prompt."""
    import torch

    grader = GeneratorGrader.untrained(settings(base), PROMPT)
    model, read = grader.generator.model.eval(), grader.generator.read
    some = [Paper(FINE, "煤炭"), Paper(FINE, "因为不知道何时，因为不知道"), Paper(FINE, "")]
    for paper, told in zip(some, grader.probabilities(some), strict=True):
        logs = []
        for text in ("0", "1", "1.5", "10"):
            row = read.row(Example(PROMPT.to_mark(paper), text))
            with torch.inference_mode():
                each = model(input_ids=torch.tensor([row.ids])).logits[0].log_softmax(-1)
            logs.append(sum(float(each[at - 1, row.ids[at]]) for at in range(row.start, len(row))))
        shares = np.exp(np.array(logs) - max(logs))
        assert told == pytest.approx(shares / shares.sum(), rel=1e-4)


def test_the_order_and_company_of_papers_change_nothing(fitted):
    several = papers(10)
    together = fitted.probabilities(several)
    alone = [fitted.probabilities([paper])[0] for paper in reversed(several)]
    for one, other in zip(together, reversed(alone), strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_it_is_the_same_after_saving(fitted, tmp_path):
    fitted.save(tmp_path / "version")
    again = GeneratorGrader.load(tmp_path / "version")
    assert again.prompt == PROMPT
    before, after = fitted.probabilities(papers(4)), again.probabilities(papers(4))
    for one, other in zip(before, after, strict=True):
        assert one == pytest.approx(other, abs=1e-6)


def test_a_prompt_is_that_of_an_export():
    points = [{"text": "政治", "marks": 1}, {"text": "资本", "marks": 0.5}]
    question = asked(reference="光荣革命", scoring_points=points)
    (row,) = built([example(question, 1, 1, answer="因为{question}")]).rows
    paper = Paper(question_of(row["question"]), row["answer"])
    for text in ("{input}", "{question}|{reference}|{scoring_points}|{full_mark}|{answer}"):
        assert PromptText(text).to_mark(paper) == Prompt(text=text).of(row)


def test_a_prompt_to_answer_does_not_tell_the_answer():
    question = Question("1", (0.0, 2.0), "为什么？", "煤炭", ("政治",), (2.0,))
    text = "{input}|{reference}|{scoring_points}|{full_mark}"
    assert PromptText(text, "Be brief.").to_answer(question) == "Be brief.\n\n为什么？|煤炭|政治 (2)|2"


def test_foresight_is_perfect_where_everything_was_learnt_and_poor_before(base, tmp_path):
    lessons = [Example("问：煤炭？答：", "丰富。"), Example("问：统治？答：", "确立。")] * 8
    calls = []
    before = foresight(Generator.untrained(settings(base)), lessons, lambda: calls.append(1))
    learnt = Generator.fit(lessons, lessons[:2], settings(base), tmp_path)
    after = foresight(learnt, lessons, lambda: None)
    assert calls
    assert after.foreseen == 1
    assert after.perplexity < 1.2 < before.perplexity
    assert before.perplexity == pytest.approx(np.exp(before.loss))
    assert after.tokens == 16 * 4  # three characters and the end
    assert before.foreseen < 0.5


def test_no_bars_are_drawn_where_weights_are_read_or_written(base, tmp_path):
    work = f"""
import evaluate
from grading.backends.metric_model import loaded
_words, model = loaded({str(base)!r}, "AutoModelForCausalLM")
model.save_pretrained({str(tmp_path / "again")!r})
"""
    said = subprocess.run([sys.executable, "-c", work], capture_output=True, text=True, cwd=BASE, check=True)
    assert said.stderr == ""


def test_rare_marks_count_for_more_with_class_weights(base, tmp_path, monkeypatch):
    learnt = []
    monkeypatch.setattr(Generator, "fit", lambda examples, *rest, **more: learnt.append(examples))
    rare = [Paper(FINE, "a", 0.0)] * 3 + [Paper(FINE, "b", 10.0)]
    for is_on in (False, True):
        how = settings(base, class_weights=is_on)
        GeneratorGrader.fit(rare, rare, how, PROMPT, tmp_path)
    plain, weighted = ([example.weight for example in examples] for examples in learnt)
    assert plain == [1, 1, 1, 1]
    assert weighted == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])
    assert GeneratorSettings.from_json(how.to_json()).class_weights
    assert "class_weights" not in settings(base, writes="answer", class_weights=True).to_json()
