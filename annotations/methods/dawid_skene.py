"""Dawid-Skene: what the class of each item probably is, and how each rater errs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_matrix
from scipy.special import logsumexp

from annotations.methods.coefficient import Floats, Ints, Reason

STEPS = 1000
TOLERANCE = 1e-9
IMPOSSIBLE = -1e6


@dataclass(frozen=True)
class DawidSkene:
    """`classes` (k,) are the values; `marginals` (k,) how common each is; `posterior` (items, k) the
    probability of each class for each item; `errors` (raters, k, k) how often a rater says column
    where the truth is row. `reason` says why there is nothing.
    """

    classes: Floats
    marginals: Floats
    posterior: Floats
    errors: Floats
    log_likelihood: float
    reason: Reason | None = None

    @property
    def accuracy(self) -> Floats:
        """How often each rater is right, shape (raters,)."""
        return np.asarray(np.einsum("k,rkk->r", self.marginals, self.errors))


@dataclass(frozen=True)
class _Votes:
    """Codes 0, 1, … of item, rater and class of every rating, shape (n,), and how many there are."""

    item: Ints
    rater: Ints
    code: Ints
    items: int
    raters: int
    classes: int


def dawid_skene(item: ArrayLike, rater: ArrayLike, value: ArrayLike) -> DawidSkene:
    """Maximum likelihood by EM from the shares of the votes (Dawid & Skene 1979, eq. 2.3–2.5, 3.1).

    Args:
        item, rater: labels, shape (n,); a rater may have rated an item several times. value: the
            class given, shape (n,), NaN = missing.
    Error rates come without smoothing, as published; a class that a rater never met is taken to be
    named as that rater names the rest. Items and raters stand in the order of their labels.
    """
    values = np.asarray(value, dtype=np.float64)
    given = np.isfinite(values)
    items, item_code = np.unique(np.asarray(item)[given], return_inverse=True)
    raters, rater_code = np.unique(np.asarray(rater)[given], return_inverse=True)
    classes, code = np.unique(values[given], return_inverse=True)
    votes = _Votes(item_code, rater_code, code, len(items), len(raters), len(classes))
    reason = _why_not(votes)
    if reason is not None:
        none = np.zeros((0, len(classes)))
        return DawidSkene(classes, none, none, none, np.nan, reason)
    return DawidSkene(classes, *_expectation_maximisation(votes))


def _expectation_maximisation(votes: _Votes) -> tuple[Floats, Floats, Floats, float]:
    posterior, before = _shares(votes), -np.inf
    for _step in range(STEPS):
        marginals, errors = posterior.mean(axis=0), _errors(votes, posterior)
        posterior, likelihood = _posterior(votes, marginals, errors)
        if likelihood - before < TOLERANCE * max(1.0, abs(likelihood)):
            break
        before = likelihood
    return marginals, posterior, errors, likelihood


def _why_not(votes: _Votes) -> Reason | None:
    if not votes.items:
        return Reason("no_ratings")
    if votes.raters < 2:
        return Reason("one_rater")
    pairs = np.unique(votes.item * votes.raters + votes.rater)
    if len(pairs) == votes.items:
        return Reason("no_overlap")
    if votes.classes < 2:
        return Reason("one_value")
    return None if _have_a_third(votes) else Reason("no_third_rater")


def _have_a_third(votes: _Votes) -> bool:
    """Whether three raters share items two by two. Of two who differ nothing tells who is right: any split of their
    differences is as likely, and the model would call both equally good."""
    shape = (votes.items, votes.raters)
    given = coo_matrix((np.ones(len(votes.item)), (votes.item, votes.rater)), shape=shape).tocsr()
    met = (given.T @ given).toarray() > 0
    np.fill_diagonal(met, False)
    links = met.astype(np.float64)
    return bool((links @ links * links).any())


def _shares(votes: _Votes) -> Floats:
    key, k = votes.item * votes.classes + votes.code, votes.classes
    counts = np.bincount(key, minlength=votes.items * k).reshape(-1, k)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _errors(votes: _Votes, posterior: Floats) -> Floats:
    k = votes.classes
    key, size = votes.rater * k + votes.code, votes.raters * k
    weights = posterior[votes.item]
    columns = [np.bincount(key, weights[:, j], size).reshape(-1, k) for j in range(k)]
    counts = np.stack(columns, axis=1)
    met = counts.sum(axis=2, keepdims=True)
    usual = counts.sum(axis=1, keepdims=True) / counts.sum(axis=(1, 2))[:, None, None]
    return np.asarray(np.where(met > 0, counts / np.where(met > 0, met, 1), usual))


def _posterior(votes: _Votes, marginals: Floats, errors: Floats) -> tuple[Floats, float]:
    # An impossible class gets a number that no sum comes near; −∞ cannot be weighted and summed.
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log(errors[votes.rater, :, votes.code]), IMPOSSIBLE)
        prior = np.maximum(np.log(marginals), IMPOSSIBLE)
    columns = [np.bincount(votes.item, column, votes.items) for column in logs.T]
    joint = np.stack(columns, axis=1) + prior
    whole = logsumexp(joint, axis=1, keepdims=True)
    return np.asarray(np.exp(joint - whole)), float(whole.sum())
