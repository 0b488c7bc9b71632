"""Thresholds proposed from held-out answers: shown, only seen, or none; and on the page for deploying."""

from __future__ import annotations

import json

import numpy as np
import pytest

from annotations.templatetags.figures import as_threshold
from grading.held_out import sure_rows
from grading.methods.threshold_proposal import FEWEST, propose
from tests.grading.service_case import ServiceCase, a_version, service  # noqa: F401


def rows(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Confidences that mean what they say."""
    confidence = rng.beta(4, 1, n)
    return confidence, rng.random(n) < confidence


def test_many_rows_show_the_target_and_a_looser_target_a_looser_threshold():
    confidence, is_right = rows(np.random.default_rng(1), 4000)
    strict, loose = (propose(confidence, is_right, target) for target in (0.05, 0.15))
    assert strict.is_shown
    assert loose.is_shown
    assert loose.threshold < strict.threshold
    taken = confidence >= strict.threshold
    assert strict.accepted == taken.sum()
    assert strict.right == pytest.approx(is_right[taken].mean())
    assert strict.low < strict.right < strict.high


def test_what_is_shown_holds_for_answers_to_come():
    """In fewer than one of twenty histories more are wrong above the threshold than asked."""
    rng, misses, shown = np.random.default_rng(2), 0, 0
    for _history in range(200):
        found = propose(*rows(rng, 300), 0.1)
        if found.is_shown:
            shown += 1
            confidence, is_right = rows(rng, 20_000)
            misses += (~is_right[confidence >= found.threshold]).mean() > 0.1
    assert shown > 50
    assert misses <= 0.05 * 200 + 6


def test_few_rows_show_nothing_and_the_loosest_that_was_good_is_told_as_such():
    confidence = np.linspace(0.5, 1, 40)
    found = propose(confidence, confidence > 0.7, 0.05)
    assert not found.is_shown
    assert found.threshold == pytest.approx(0.7, abs=0.03)
    assert found.rows == 40
    assert found.low < 0.95


def test_where_even_the_surest_are_wrong_people_mark_all_and_of_too_few_rows_nothing_is_said():
    confidence = np.linspace(0.5, 1, 60)
    assert propose(confidence, np.zeros(60, dtype=bool), 0.05).threshold is None
    assert propose(confidence[: FEWEST - 1], np.ones(FEWEST - 1, dtype=bool), 0.05) is None
    assert propose(np.array([]), np.array([], dtype=bool), 0.05) is None


def test_equal_confidences_are_not_cut_apart_by_rounding():
    confidence = np.full(200, 0.91239)
    found = propose(confidence, np.ones(200, dtype=bool), 0.05)
    assert found.accepted == 200


class PageTests(ServiceCase):
    def newer(self, n: int = 400):
        """A version that was right in all held-out answers of which it is at least half sure."""
        version = a_version(self.team)
        confidence = np.linspace(0, 1, n).round(4).tolist()
        told = {
            "rows": list(range(n)), "questions": ["1"] * n, "right": [1] * n, "confidence": confidence,
            "marks": {"this": [1 if one >= 0.5 else 0 for one in confidence]},
        }  # fmt: skip
        (version.folder / "held_out.json").write_text(json.dumps(told))
        return version

    def opened(self, query: str):
        return self.client_of("erin").get(f"/graders/{self.version.grader_id}/service/deploy/?{query}")

    def test_the_form_begins_with_the_threshold_that_held_out_answers_show(self) -> None:
        newer = self.newer()
        page = self.opened(f"version={newer.number}")
        asked, text = page.context["form"].initial["threshold"], page.content.decode()
        assert 0.4 < asked < 0.55
        assert "Of its 400 held-out answers" in text
        assert f"This shows that at most {as_threshold(0.05)} are wrong" in text
        strict = self.opened(f"version={newer.number}&wrong=1").context["form"].initial["threshold"]
        loose = self.opened(f"version={newer.number}&wrong=30").context["form"].initial["threshold"]
        assert loose < asked <= strict

    def test_the_version_that_is_asked_for_comes_first_with_the_threshold_that_the_form_has(self) -> None:
        older, newer = self.newer(), self.newer()
        for version in (older, newer):
            page = self.opened(f"version={version.number}")
            first = page.context["choices"][0]
            assert first.version == version
            form = page.context["form"]
            assert f"{100 * form.initial['threshold']:.2f}".rstrip("0").rstrip(".") in first.sentence

    def test_the_terms_in_force_stay_until_another_threshold_is_asked_for(self) -> None:
        newer = self.newer()
        self.deployed(newer, threshold=0.9)
        assert self.opened(f"version={newer.number}").context["form"].initial["threshold"] == 0.9
        asked = self.opened(f"version={newer.number}&wrong=5").context["form"].initial["threshold"]
        assert asked < 0.9

    def test_a_version_without_held_out_answers_gets_no_proposal(self) -> None:
        assert sure_rows(self.version) == []
        page = self.opened("wrong=nonsense")
        assert page.status_code == 200
        assert page.context["choices"][0].threshold is None
        assert "too few held-out answers" in page.content.decode()

    def test_confidences_that_are_not_known_for_every_row_are_not_used(self) -> None:
        newer = self.newer()
        path = newer.folder / "held_out.json"
        told = json.loads(path.read_text())
        path.write_text(json.dumps({**told, "confidence": told["confidence"][1:]}))
        assert sure_rows(newer) == []
