"""The generator on a tiny language model: learns answers to prompts, by every method; the same after saving."""

from __future__ import annotations

import pytest
from safetensors.torch import load_file

from grading.backends import memory
from grading.backends.generator import Generator
from grading.backends.generator_settings import GeneratorSettings, Sampling
from grading.backends.generator_text import Example, ExampleEncoder
from tests.grading.tiny_gpt import make_language_model

EXAMPLES = [
    Example("问：煤炭？答：", "丰富。"),
    Example("问：统治？答：", "确立。"),
    Example("问：何时，何时？答：", "一七六零年。"),
] * 8


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_language_model(tmp_path_factory.mktemp("base"))


def settings(base, **changes) -> GeneratorSettings:
    usual = {"method": "full", "epochs": 12, "batch_size": 6, "learning_rate": 1e-2, "patience": 0}
    return GeneratorSettings(
        str(base), **(usual | {"precision": "float32", "threads": 1} | changes)
    )


def said(generator) -> list[str]:
    texts = generator.generate([example.prompt for example in EXAMPLES[:3]], Sampling(longest=10))
    return [written.text.replace(" ", "") for written in texts]


RIGHT = [example.answer for example in EXAMPLES[:3]]


def test_it_learns_to_answer_and_is_the_same_after_saving(base, tmp_path):
    points = []
    fitted = Generator.fit(EXAMPLES, EXAMPLES[:3], settings(base), tmp_path / "work", points.append)
    assert said(Generator.untrained(settings(base))) != RIGHT
    assert said(fitted) == RIGHT
    assert points[-1].split == "validation"
    assert points[-1].accuracy == 1
    fitted.save(tmp_path / "version")
    assert said(Generator.load(tmp_path / "version")) == RIGHT
    kinds = {path.suffix for path in (tmp_path / "version").rglob("*") if path.is_file()}
    assert kinds <= {".json", ".safetensors", ".txt"}


@pytest.mark.parametrize("method", ["lora", "freeze"])
def test_the_sparing_methods_train_few_weights_and_leave_a_plain_model(base, tmp_path, method):
    how = settings(base, method=method, layers_kept=1, epochs=2)
    fitted = Generator.fit(EXAMPLES, [], how, tmp_path / "work")
    assert 0 < fitted.record["parameters_trained"] < fitted.record["parameters"] / 2
    fitted.save(tmp_path / "version")
    before = load_file(base / "model.safetensors")
    after = load_file(tmp_path / "version/model/model.safetensors")
    assert before.keys() == after.keys()
    assert any((before[name] != after[name]).any() for name in before)


def test_only_the_answer_is_learnt(base, tmp_path):
    """Two prompts that contradict each other in their own text, with the same answer: no loss remains."""
    pair = [Example("煤炭丰富：", "年。"), Example("煤炭统治：", "年。")] * 8
    points = []
    Generator.fit(pair, pair[:2], settings(base), tmp_path, points.append)
    assert points[-1].loss < 0.05


def test_texts_come_back_in_the_order_of_their_prompts(base):
    generator = Generator.untrained(settings(base))
    prompts = ["何时" * n for n in (1, 9, 4, 2)]
    texts = generator.generate(prompts, Sampling(longest=5, temperature=1.0, seed=3))
    assert len({written.text for written in texts}) > 1
    assert [generator.generate([one], Sampling(longest=5, temperature=1.0, seed=3))[0] for one in prompts] == texts


def test_drawing_depends_on_the_seed_alone(base):
    generator = Generator.untrained(settings(base))
    draws = [
        generator.generate(["何时"], Sampling(longest=20, temperature=1.0, seed=seed))
        for seed in (1, 1, 2)
    ]
    assert draws[0] == draws[1] != draws[2]


def test_a_drawn_text_is_the_same_whatever_is_written_beside_it(base):
    generator = Generator.untrained(settings(base))
    prompts, how = ["何时" * n for n in (1, 9, 4, 2)], Sampling(longest=12, temperature=1.5, top_p=0.9)
    together = generator.generate(prompts, how)
    assert [generator.generate([one], how)[0] for one in prompts] == together
    alike = generator.generate(["何时"] * 2, how, names=["1", "2"])
    assert alike[0] != alike[1]
    assert generator.generate(["何时"], how, names=["2"]) == alike[1:]


def test_tokens_are_drawn_as_often_as_they_are_likely():
    import torch

    from grading.backends.generator_draw import Drawing

    scores = torch.tensor([[2.0, 0.0, 1.0, -1.0]])
    for temperature, top_p in ((1.0, 1.0), (2.0, 1.0), (1.0, 0.8)):
        chances = (scores[0] / temperature).softmax(0)
        if top_p < 1:
            chances = torch.where(chances >= chances[2], chances, 0.0)  # .64 and .24 reach .8
        names = [str(n) for n in range(4000)]
        draw = Drawing(Sampling(1, temperature, top_p), names, begins=3, where="cpu")
        told = draw(torch.zeros(4000, 3), scores.expand(4000, -1)).argmax(1)
        shares = torch.bincount(told, minlength=4) / 4000
        assert (shares - chances / chances.sum()).abs().max() < 0.03


def test_a_prompt_that_is_too_long_loses_its_beginning_and_the_answer_nothing(base):
    from grading.backends.encoder_network import tokenizer_in

    tokenizer = tokenizer_in(base)
    row = ExampleEncoder(tokenizer, 10).row(Example("煤" * 50 + "问", "丰富。"))
    assert len(row) == 10
    assert tokenizer.convert_ids_to_tokens(row.ids[row.start :]) == [*"丰富。", "[END]"]
    assert tokenizer.convert_ids_to_tokens(row.ids[: row.start]) == [*"煤煤煤煤煤", "问"]


def test_a_model_made_for_chat_is_asked_in_its_own_form(tmp_path):
    from grading.backends.encoder_network import tokenizer_in

    template = "{% for m in messages %}问{{ m.content }}{% endfor %}答"
    tokenizer = tokenizer_in(make_language_model(tmp_path, chat_template=template))
    ids = ExampleEncoder(tokenizer, 32).prompt("煤炭")
    assert tokenizer.convert_ids_to_tokens(ids) == list("问煤炭答")


def test_memory_is_reckoned_for_the_words_of_answers_not_of_prompts(base, tmp_path, monkeypatch):
    asked: list[int] = []
    monkeypatch.setattr(memory, "check", asked.append)

    def needed(prompt: str, answer: str) -> int:
        asked.clear()
        Generator.fit([Example(prompt, answer)] * 2, [], settings(base, epochs=1), tmp_path)
        return asked[0]

    short, long = needed("问", "丰富。"), needed("问" * 40, "丰富。")
    assert short == long
    assert needed("问", "丰富。" * 4) > 2 * short


class Killed(BaseException):
    """Stands for what leaves no time to tidy up."""


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_training_that_was_killed_ends_with_the_very_weights_of_one_that_was_not(base, tmp_path, method):
    how = settings(base, epochs=3, checkpoint_seconds=0, method=method)
    Generator.fit(EXAMPLES, EXAMPLES[:3], how, tmp_path / "whole").save(tmp_path / "a")
    steps: list[int] = []

    def kill(point) -> None:
        steps.append(point.step)
        if point.step == 7:
            raise Killed

    with pytest.raises(Killed):
        Generator.fit(EXAMPLES, EXAMPLES[:3], how, tmp_path / "work", kill)
    again = Generator.fit(EXAMPLES, EXAMPLES[:3], how, tmp_path / "work", lambda p: steps.append(p.step))
    again.save(tmp_path / "b")
    assert steps.count(1) == 1, "it began anew"
    one, other = (load_file(tmp_path / name / "model/model.safetensors") for name in "ab")
    assert one.keys() == other.keys()
    assert all((one[name] == other[name]).all() for name in one)
