"""The made-up papers of the demo: the same each time, with marks on their scales."""

from __future__ import annotations

from grading.demo.exam import answers, exam, history, teachers_marks


def test_the_same_seed_writes_the_same_exam():
    assert answers(seed=3) == answers(seed=3)
    assert answers(seed=3) != answers(seed=4)


def test_every_mark_is_on_its_question_s_scale():
    full = {"历史-1": 6, "历史-2": 4, "道法-1": 6, "物理-1": 4, "语文-1": 5}
    for answer in answers():
        for mark in (sum(answer.points), answer.machine, answer.machine_before):
            assert 0 <= mark <= full[answer.question]


def test_the_later_grader_is_the_better_one():
    written = answers()
    wrong = sum(a.machine != sum(a.points) for a in written)
    wrong_before = sum(a.machine_before != sum(a.points) for a in written)
    assert wrong * 3 < wrong_before


def test_the_same_seed_writes_the_same_past_papers_and_marks():
    written = history(5, seed=3, cohort="2024届")
    assert written == history(5, seed=3, cohort="2024届")
    assert teachers_marks(written, seed=1) == teachers_marks(written, seed=1)


def test_teachers_slip_now_and_then_and_stay_on_the_scale():
    written = history(100, seed=3, cohort="2024届")
    full = {one["key"]: one["full_mark"] for one in exam()["questions"]}
    marks = teachers_marks(written, seed=1)
    slips = [mark != sum(answer.points) for answer, mark in zip(written, marks, strict=True)]
    assert 0 < sum(slips) < len(written) / 10
    assert all(0 <= mark <= full[answer.question] for answer, mark in zip(written, marks, strict=True))
