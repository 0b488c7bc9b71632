"""What the exam guarantee and selective grading say, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotations.methods.scales import minus
from annotations.templatetags.figures import as_percent, duration
from grading.methods.alternative_annotator import AlternativeAnnotator
from grading.methods.bar_standing import Standing
from grading.methods.exam_guarantee import Bar, Hours, marks_to_show
from grading.methods.mcnemar import McNemar
from grading.methods.non_inferiority import NonInferiority
from grading.methods.selective import Acceptance
from grading.verdict_words import in_a_row

WAYS: dict[str, Promise] = {
    "machine": gettext_lazy("the machine alone"),
    "double": gettext_lazy("two people, their mean"),
    "double_adjudicated": gettext_lazy("two people, an adjudicator where they differ"),
    "machine_alone": gettext_lazy("machine where it is sure, a person for the rest"),
    "machine_second": gettext_lazy("machine as second marker where it is sure"),
    "machine_check": gettext_lazy("a person, checked by the machine where it is sure"),
}

REASONS: dict[str, Promise] = {
    "no_marks": gettext_lazy("No answer has both this mark and a definitive one."),
    "one_person": gettext_lazy("Only one person marked each answer, so people cannot be compared."),
    "no_overlap": gettext_lazy("No answer was marked by the machine and by two people."),
    "one_value": gettext_lazy("All marks are the same, so agreement beyond chance is undefined."),
    "too_few_items": gettext_lazy("Too few answers were marked by both."),
    "no_difference": gettext_lazy("Both are wrong on the same answers."),
    "bad_agreement": gettext_lazy("People agree perfectly or no better than chance."),
    "bad_scale": gettext_lazy("The scale has one level."),
    "bad_margin": gettext_lazy("The margin is not above 0."),
    "no_sample": gettext_lazy("Nothing was drawn yet. Launch the campaign first."),
    "no_confidence": gettext_lazy(
        "The machine's confidence is not known. Import a file with the items and a column of numbers "
        "in which a greater number means a surer machine (a probability, say), as an automatic score on "
        "a scale of its own."
    ),
    "uneven": gettext_lazy(
        "The sample was not drawn evenly: some answers were likelier than others. The proof needs a "
        "simple random or a proportional sample."
    ),
    "unfinished": gettext_lazy(
        "Not every answer of the sample has its definitive mark. What is marked first is no random part of "
        "it, so the threshold is computed when each has one: from its raters, or from an adjudicator, also after "
        "the campaign is closed."
    ),
    "too_many_wrong": gettext_lazy(
        "Not even the answers the machine is surest of are right often enough. Allow more wrong marks, "
        "or have people mark everything."
    ),
    "bad_risk": gettext_lazy("Both shares must lie strictly between nothing and everything."),
}


def why(code: str | None) -> str:
    return str(REASONS.get(code or "", code or ""))


def share(value: float | None) -> str:
    """A part of one as per cent, with as many digits as it needs."""
    if value is None:
        return "–"
    percent = 100 * value
    digits = 1 if 10 <= percent <= 90 else 2
    return as_percent(f"{percent:.{digits}f}".rstrip("0").rstrip("."))


def bar_sentence(bar: Bar) -> str:
    return ngettext(
        "In a class of %(papers)s papers with %(questions)s question (%(marks)s marks), at most "
        "%(wrong)s marks may be wrong in all, in %(assurance)s of all classes. That asks for a true error "
        "of at most %(error)s.",
        "In a class of %(papers)s papers with %(questions)s questions each (%(marks)s marks), at most "
        "%(wrong)s marks may be wrong in all, in %(assurance)s of all classes. That asks for a true error "
        "of at most %(error)s.",
        bar.questions,
    ) % {
        "papers": bar.papers,
        "questions": bar.questions,
        "marks": bar.marks,
        "wrong": bar.wrong_allowed,
        "assurance": share(bar.assurance),
        "error": share(bar.largest_error),
    }


def tolerance_sentence(bar: Bar) -> str:
    if not bar.tolerance:
        return _("A mark is wrong when it is not exactly the definitive mark.")
    return _(
        "A mark is wrong when it differs from the definitive mark by more than %(tolerance)s."
    ) % {"tolerance": f"{bar.tolerance:g}"}


def machine_sentence(standing: Standing, bar: Bar) -> str:
    """The answer in one sentence."""
    if standing.chance_next is None:
        return why(standing.reason)
    facts = {"chance": share(standing.chance_next), "assurance": share(bar.assurance)}
    if standing.is_shown:
        return _("Shown: the machine keeps this bar. The next class keeps it in %(chance)s of cases.") % facts
    if standing.chance_next >= bar.assurance:
        return (
            _("Likely, but not shown: the next class keeps the bar in %(chance)s of cases by these marks.")
            % facts
        )
    return (
        _(
            "The machine alone does not keep this bar: the next class would keep it in %(chance)s of cases, "
            "asked are %(assurance)s."
        )
        % facts
    )


def reach_sentence(people: Sequence[tuple[str, Standing]], bar: Bar) -> str:
    """Whether one human marker keeps the bar."""
    known = [(name, one.chance_next) for name, one in people if one.chance_next is not None]
    if not known:
        return _("No person's marks can be held against it yet.")
    name, best = max(known, key=lambda pair: pair[1])
    facts = {"name": name, "chance": share(best)}
    if best < bar.assurance:
        return (
            _(
                "The bar is above one human's reach: the surest marker here, %(name)s, would keep it in "
                "%(chance)s of classes."
            )
            % facts
        )
    return _("One human can keep this bar: %(name)s would in %(chance)s of classes.") % facts


def needed_sentence(bar: Bar, wrong: int) -> str:
    """How much marking shows it."""
    clean = marks_to_show(bar.largest_error, 0, bar.assurance)
    after = marks_to_show(bar.largest_error, wrong, bar.assurance)
    if clean is None:
        return _("No number of marks that anybody gives would show it.")
    text = _("To show it, %(clean)s marks without one that is wrong are needed.") % {"clean": f"{clean:,}"}
    if not wrong or after is None:
        return text
    more = ngettext(
        "With the %(wrong)s that was wrong here, %(after)s marks.",
        "With the %(wrong)s that were wrong here, %(after)s marks.",
        wrong,
    ) % {"wrong": wrong, "after": f"{after:,}"}
    return in_a_row(text, more)


def left_out_sentence(disputed: int, unfinished: int) -> str:
    """Answers without a definitive mark, and whom their absence flatters."""
    if not disputed:
        return ""
    facts = {"disputed": disputed, "unfinished": unfinished}
    return (
        _(
            "%(disputed)s answers on which people differ have no definitive mark yet and are left out, as are "
            "%(unfinished)s unfinished ones. Until an adjudicator has decided, people look better here than they are."
        )
        % facts
    )


def p_words(p: float | None) -> str | None:
    if p is None:
        return None
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


def _relation(p: float) -> str:
    said = str(p_words(p))
    return said if said.startswith("<") else f"= {said}"


def hours_sentence(hours: Hours) -> str:
    facts = {"people": duration(3600 * hours.people), "together": duration(3600 * hours.together)}
    if hours.is_no_slower:
        return _("No slower than people: %(together)s a class instead of %(people)s.") % facts
    return _("Slower than people: %(together)s a class instead of %(people)s.") % facts


def inferiority_sentence(found: NonInferiority, power: float | None) -> str:
    """Δ with its bound, the decision, and how likely so many answers could show it."""
    if found.difference is None or found.low is None:
        return why(found.reason)
    facts = {
        "machine": f"{found.machine:.3f}",
        "people": f"{found.people:.3f}",
        "difference": minus(f"{found.difference:+.3f}"),
        "low": minus(f"{found.low:+.3f}"),
        "high": minus(f"{found.high:+.3f}"),
        "margin": f"{found.margin:g}",
        "n": found.items,
    }
    text = (
        _(
            "Machine and person agree with a kappa of %(machine)s, two people with %(people)s: the difference "
            "is %(difference)s [%(low)s, %(high)s] on %(n)s answers."
        )
        % facts
    )
    return in_a_row(text, _inferiority(found, power, facts))


def _inferiority(found: NonInferiority, power: float | None, facts: dict) -> str:
    if found.is_shown:
        return _("It is shown that the machine is not worse than a person by more than %(margin)s.") % facts
    if found.is_refuted:
        return _("The machine is worse than a person by more than %(margin)s.") % facts
    text = _("Neither is shown: whether it is worse by more than %(margin)s stays open.") % facts
    if power is None:
        return text
    chance = (
        _("So many answers would show it in %(power)s of cases for a machine as good as a person.")
        % {"power": share(power)}
    )
    return in_a_row(text, chance)


def annotator_sentence(found: AlternativeAnnotator) -> str:
    if found.winning_rate is None:
        return why(found.reason)
    facts = {"rate": share(found.winning_rate), "epsilon": f"{found.epsilon:g}"}
    if found.is_passed:
        text = _("Passed: the machine stands in for %(rate)s of the people (ε = %(epsilon)s).") % facts
    else:
        text = _("Not passed: the machine stands in for %(rate)s of the people (ε = %(epsilon)s).") % facts
    if found.caution == "two_people":
        return in_a_row(text, _("With two people each is judged by the other alone; the test asks for three."))
    return text


def mcnemar_sentence(found: McNemar) -> str:
    if found.p_value is None:
        return why(found.reason)
    facts = {"first": found.first_only, "second": found.second_only, "p": _relation(found.p_value)}
    text = (
        _("Only the machine is wrong on %(first)s answers, only the person on %(second)s (p %(p)s).")
        % facts
    )
    if found.p_value < 0.05:
        return in_a_row(text, _("That is more than chance."))
    return in_a_row(text, _("That can be chance."))


def acceptance_sentence(found: Acceptance) -> str:
    """The threshold with its proof, or why there is none."""
    if found.threshold is None:
        text = why(found.reason)
        if found.needed and found.reason == "too_few_items":
            return _(
                "Too few answers: %(needed)s with a definitive mark and a confidence are needed for this risk, "
                "there are %(items)s."
            ) % {"needed": found.needed, "items": found.items}
        return text
    return _(
        "The machine marks answers with a confidence of at least %(threshold)s: %(coverage)s of the sample. "
        "Of %(accepted)s such answers %(wrong)s were wrong, so with %(sure)s certainty at most %(bound)s of "
        "the accepted marks are (asked: %(alpha)s)."
    ) % {
        "threshold": f"{found.threshold:.4g}",
        "coverage": share(found.coverage),
        "accepted": found.accepted,
        "wrong": found.wrong,
        "sure": share(1 - found.delta),
        "bound": share(found.bound),
        "alpha": share(found.alpha),
    }
