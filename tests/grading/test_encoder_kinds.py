"""Encoders of other builds than BERT are fine-tuned and read back by the same code."""

from __future__ import annotations

import pytest

from grading.backends.encoder import EncoderGrader
from grading.backends.encoder_text import PaperEncoder
from grading.backends.papers import Paper
from tests.grading.tiny_bert import WHEN, WHY, make_base, papers, settings


def make_other(folder, kind: str):
    """The tiny BERT's tokenizer beside an encoder of another build."""
    import torch
    from transformers import AutoConfig, AutoModel

    base = make_base(folder)
    torch.manual_seed(5)
    thin = {"num_hidden_layers": 2, "num_attention_heads": 2, "hidden_size": 32}
    made = AutoConfig.for_model(
        kind, vocab_size=200, intermediate_size=64, hidden_dim=64, embedding_size=32,
        max_position_embeddings=48, pad_token_id=0, bos_token_id=2, eos_token_id=3,
        cls_token_id=2, sep_token_id=3, type_vocab_size=2, **thin,
    )  # fmt: skip
    AutoModel.from_config(made).save_pretrained(base)
    return base


@pytest.mark.parametrize("kind", ["roberta", "distilbert", "electra", "modernbert"])
@pytest.mark.parametrize("method", ["freeze", "lora"])
def test_it_trains_marks_and_is_read_back(tmp_path, kind, method):
    base = make_other(tmp_path / "base", kind)
    how = settings(base, epochs=1, method=method, layers_kept=1)
    grader = EncoderGrader.fit(papers(8), papers(2), how, tmp_path / "work")
    asked = [Paper(WHY, "煤炭" * 60), Paper(WHY, "统治")]  # the first fills all positions there are
    told = grader.probabilities(asked)
    grader.save(tmp_path / "version")
    for one, other in zip(
        told, EncoderGrader.load(tmp_path / "version").probabilities(asked), strict=True
    ):
        assert one == pytest.approx(other, abs=1e-5)


@pytest.mark.parametrize("kind", ["bert", "roberta", "electra"])
def test_answers_behind_each_other_are_read_as_answers_each_alone(tmp_path, kind):
    import torch
    from transformers import AutoModel

    from grading.backends import encoder_packed
    from grading.backends.encoder_network import encoder_in, first_vectors, tokenizer_in

    base = make_other(tmp_path / "base", kind)
    plain = AutoModel.from_pretrained(base).eval()
    encoder = encoder_in(base).eval()
    assert encoder_packed.is_packed(encoder, torch.device("cpu"))
    read = PaperEncoder(tokenizer_in(base), 40)
    rows = read([Paper(WHY, "煤炭"), Paper(WHY, "统治阶级" * 4), Paper(WHEN, "")])
    with torch.no_grad():
        found = first_vectors(encoder, rows, read, torch.device("cpu"))
        for one, row in zip(found, rows, strict=True):
            alone = plain(torch.tensor([row.ids]), token_type_ids=torch.tensor([row.segments]))
            assert torch.allclose(one, alone.last_hidden_state[0, 0], atol=1e-5)
