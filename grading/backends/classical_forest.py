"""Forests of decision trees as plain arrays: learnt by scikit-learn, walked here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from grading.backends.classical_features import LENGTHS, Ints, Seen, own_axes
from grading.backends.classical_members import Lesson, Member
from grading.backends.papers import Floats

if TYPE_CHECKING:
    from sklearn.ensemble import ExtraTreesClassifier

LEAST_ANSWERS = 3  # that have a term for the forest to look at it
MOST_TERMS = 1500
AXES = 30


class Forest(Member):
    """Extremely randomised trees (Geurts et al. 2006) on which terms are there, the largest axes of likeness
    and the numbers. Each tree learns a sample of the answers; `left_out` (answers, marks) is what the trees
    say that had not learnt them."""

    is_quick: ClassVar[bool] = False
    how: ClassVar[dict[str, Any]] = {"n_estimators": 120, "max_features": 0.05}

    @classmethod
    def learnt(cls, lesson: Lesson) -> Self:
        # Seconds to import: who only marks goes without.
        from sklearn.ensemble import ExtraTreesClassifier

        arrays = cls.looked_at(lesson)
        forest = ExtraTreesClassifier(bootstrap=True, oob_score=True, random_state=0, **cls.how)
        forest.fit(cls(lesson, arrays).features(lesson.seen), lesson.columns, lesson.weights)
        left_out = _filled(forest.oob_decision_function_)
        return cls(lesson, arrays | _arrays(forest) | {"left_out": left_out})

    @classmethod
    def looked_at(cls, lesson: Lesson) -> dict[str, np.ndarray]:
        """What `features` needs to know."""
        products, terms = lesson.seen.likeness(lesson.seen), lesson.seen.terms
        counts = np.asarray((terms > 0).sum(axis=0))[0]
        often = np.argsort(-counts, kind="stable")[:MOST_TERMS]
        found, spread = own_axes(products)
        return {
            "terms": np.sort(often[counts[often] >= LEAST_ANSWERS]),
            "axes": (found / spread)[:, -AXES:],
        }

    def features(self, seen: Seen) -> Any:
        """(answers, features) of single precision, as the trees compare them."""
        terms = (seen.terms[:, self.arrays["terms"]] > 0).toarray()
        axes = seen.likeness(self.lesson.seen) @ self.arrays["axes"]
        return np.hstack([terms, axes, seen.numbers]).astype(np.float32)

    def chances(self, seen: Seen) -> Floats:
        features, nodes = self.features(seen), self.arrays["roots"][None, :]
        nodes = np.repeat(nodes, len(features), axis=0)
        left, right = self.arrays["left"], self.arrays["right"]
        feature, threshold = self.arrays["feature"], self.arrays["threshold"]
        rows = np.arange(len(features))[:, None]
        while (left[nodes] >= 0).any():
            is_leaf = left[nodes] < 0
            goes_left = features[rows, feature[nodes]] <= threshold[nodes]
            nodes = np.where(is_leaf, nodes, np.where(goes_left, left[nodes], right[nodes]))
        return np.asarray(self.arrays["shares"][nodes].mean(axis=1), dtype=float)


class Points(Forest):
    """The same on the reference and the scoring points alone: what the answer holds of each, of how many
    anything and all, and its length."""

    is_quick: ClassVar[bool] = True
    how: ClassVar[dict[str, Any]] = {"n_estimators": 200, "max_features": 0.3, "min_samples_leaf": 3}

    @classmethod
    def looked_at(cls, lesson: Lesson) -> dict[str, np.ndarray]:
        return {}

    def features(self, seen: Seen) -> Any:
        held = seen.numbers[:, LENGTHS:]
        sums = np.stack([held.sum(axis=1), (held > 0).sum(axis=1), (held == 1).sum(axis=1)], axis=1)
        return np.hstack([seen.numbers, sums]).astype(np.float32)


def _arrays(forest: ExtraTreesClassifier) -> dict[str, np.ndarray]:
    """All nodes of all trees in a row; a leaf has no left (−1)."""
    trees = [one.tree_ for one in forest.estimators_]
    roots: Ints = np.cumsum([0, *(tree.node_count for tree in trees[:-1])])
    pairs = list(zip(trees, roots, strict=True))

    def joined(name: str) -> np.ndarray:
        moved = [np.where(getattr(t, name) < 0, -1, getattr(t, name) + root) for t, root in pairs]
        return np.concatenate(moved).astype(np.int32)

    shares = np.concatenate([tree.value[:, 0, :] for tree in trees])
    return {
        "roots": roots,
        "left": joined("children_left"),
        "right": joined("children_right"),
        "feature": np.concatenate([np.maximum(tree.feature, 0) for tree in trees]).astype(np.int32),
        "threshold": np.concatenate([tree.threshold for tree in trees]),
        "shares": (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32),
    }


def _filled(left_out: Floats) -> Floats:
    """Equal chances where every tree had learnt the answer."""
    return np.where(np.isnan(left_out), 1 / left_out.shape[1], left_out)
