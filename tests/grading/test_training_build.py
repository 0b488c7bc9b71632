"""From marked answers to rows: what is taken, what is refused, what is warned of, how it is divided."""

from __future__ import annotations

import random
from collections import Counter

from annotations.formats.marks_in_rows import NO_NUMBER
from annotations.formats.problems import Problem
from grading.methods.training_split import SplitPlan
from grading.training_build import build
from grading.training_page import training_page
from grading.training_rows import line_of
from tests.grading.training_case import a_class, asked, built, collected, example


def content(found) -> list[bytes]:
    return [line_of(row) for row in found.rows]


def messages(found) -> list[str]:
    return [Problem.from_data(data).text for data in found.facts["warnings"]]


def splits_of(rows, field) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(field(row), set()).add(row["split"])
    return found


def test_the_order_of_the_source_changes_nothing():
    examples = a_class()
    mixed = examples[:]
    random.Random(3).shuffle(mixed)
    assert content(built(examples)) == content(built(mixed))


def test_the_seed_decides_who_is_tested():
    assert content(built(a_class(), seed=1)) == content(built(a_class(), seed=1))
    assert content(built(a_class(), seed=1)) != content(built(a_class(), seed=2))


def test_whole_and_decimal_numbers_are_one_mark():
    question, other = asked(), asked(full_mark=2.0, step=1.0)
    whole = built([example(question, i, 2) for i in range(5)])
    assert content(whole) == content(built([example(other, i, 2.0) for i in range(5)]))


def test_all_answers_of_a_student_stand_in_one_split():
    questions = [asked(str(key)) for key in range(4)]
    found = built([example(q, n, n % 3) for q in questions for n in range(40)])
    assert all(len(splits) == 1 for splits in splits_of(found.rows, lambda row: row["student"]).values())
    counts = Counter(row["split"] for row in found.rows)
    assert all(abs(counts[split] - wanted) <= 4 for split, wanted in (("train", 128), ("test", 16)))
    assert found.facts["leaks"]["students"] == 0


def test_split_by_question_no_question_stands_in_two_and_each_part_has_one():
    questions = [asked(str(key)) for key in range(5)]
    found = built([example(q, n, n % 3) for q in questions for n in range(10)], by="question")
    by_question = splits_of(found.rows, lambda row: row["question"]["key"])
    assert all(len(splits) == 1 for splits in by_question.values())
    assert set.union(*by_question.values()) == {"train", "validation", "test"}


def exams(count: int):
    """Of so many exams, each with two questions and eight students of its own."""
    return [
        example(asked(f"{exam}.{key}"), f"{exam}-{n}", (n + key) % 3) for exam in range(count) for n in range(8) for key in (1, 2)
    ]


def test_split_by_both_neither_students_nor_questions_stand_in_two():
    found = built(exams(10), by="both")
    for field in (lambda row: row["student"], lambda row: row["question"]["key"]):
        assert all(len(splits) == 1 for splits in splits_of(found.rows, field).values())
    assert Counter(row["split"] for row in found.rows) == {"train": 128, "validation": 16, "test": 16}
    page = training_page(found.facts, "both")
    assert (page.leak, page.is_tight) == ("No student and no question stands in two splits.", True)


def test_one_exam_cannot_be_split_by_both_and_that_is_said():
    told = [text for text in messages(built(exams(1), by="both")) if "hang together" in text]
    assert len(told) == 1
    assert "Divide by one of the two" in told[0]


def test_a_long_answer_copied_by_another_student_goes_with_the_original():
    question, text = asked(), "因为英国经过光荣革命，资产阶级掌握了政权，并且有充足的资本与劳动力。"
    found = built([example(question, n, 2, answer=text if n % 2 else f"{n}" * 30) for n in range(60)])
    copied = {row["split"] for row in found.rows if row["answer"] == text}
    assert len(copied) == 1
    assert found.facts["leaks"]["copied"] == 0


def test_short_answers_alike_do_not_hang_whole_classes_together_and_are_told():
    question = asked()
    found = built([example(question, n, 1, answer="硬度大") for n in range(100)])
    assert found.facts["splits"] == {"train": 80, "validation": 10, "test": 10}
    assert found.facts["leaks"]["copied"] == 10


def test_without_students_equal_answers_stay_together_and_the_reader_is_warned():
    question = asked()
    found = built(
        [example(question, n, n % 3, student="", answer=f"作答{n // 2}") for n in range(60)]
    )
    assert all(len(s) == 1 for s in splits_of(found.rows, lambda row: row["answer"]).values())
    assert any("No answer says whose it is" in text for text in messages(found))


def test_shares_of_nothing_leave_a_part_empty_without_a_warning():
    found = built(a_class(), shares=(0.9, 0.1, 0.0))
    assert found.facts["splits"]["test"] == 0
    assert not any("test on" in text for text in messages(found))


def test_a_part_that_nobody_fell_to_is_warned_of():
    found = built([example(asked(), 1, 1), example(asked(), 2, 2)])
    assert any("No answer is left to test on" in text for text in messages(found))


def test_marks_off_the_scale_are_refused_with_their_line():
    found = built([example(asked(), 1, 1.5, line=7), example(asked(), 2, 3, line=8), example(asked(), 3, 2, line=9)])
    assert [problem.line for problem in found.problems] == [7, 8]
    assert "its marks go from 0 to 2" in found.problems[0].text
    assert found.refused == 2


def test_an_answer_without_text_is_taken_only_for_a_mark_of_nothing():
    found = built([example(asked(), 1, 2, answer=" "), example(asked(), 2, 0, answer="")])
    assert [row["mark"] for row in found.rows] == [0]
    assert "no text to learn it from" in found.problems[0].text


def test_an_item_that_comes_twice_counts_once_and_must_not_contradict_itself():
    one = example(asked(), 1, 1)
    found = built([one, one, one._replace(mark=2)])
    assert len(found.rows) == 1
    assert found.facts["left_out"]["repeated"] == 1
    assert "another answer or mark" in found.problems[0].text


def test_answers_without_a_mark_are_left_out_and_counted():
    found = built([example(asked(), 1, None), example(asked(), 2, 1), example(asked("2"), 1, None)])
    assert len(found.rows) == 1
    assert found.facts["left_out"]["unmarked"] == 2
    assert any("no answer has a mark are left out: 2" in text for text in messages(found))


def test_only_one_school_subject_is_taken_where_one_is_asked_for():
    history, none = asked(school_subject="历史"), asked("2")
    chemistry = asked("3", school_subject="化学")
    found = build(
        collected([example(q, n, 1) for n, q in enumerate((history, none, chemistry))], "历史"),
        SplitPlan("student"),
    )
    assert [row["question"]["key"] for row in found.rows] == ["1", "2"]
    assert (found.subject, found.facts["left_out"]["other_subject"]) == ("历史", 1)


def test_the_subject_is_that_of_the_questions_where_they_agree():
    assert built([example(asked(school_subject="历史"), 1, 1)]).subject == "历史"
    both = [example(asked(school_subject="历史"), 1, 1), example(asked("2", school_subject="化学"), 1, 1)]
    assert built(both).subject == ""


def test_too_few_answers_rare_marks_and_contradictions_are_warned_of():
    examples = a_class(60)
    examples.append(example(examples[0].question, 99, 2, answer=examples[0].answer))
    told = " ".join(messages(built(examples)))
    assert "Answers to learn from: only 4" in told
    assert "but not the same mark: 2." in told


def test_a_mark_given_to_few_is_named_with_its_count():
    question = asked()
    examples = [example(question, n, 2 if n == 0 else 1) for n in range(400)]
    (told,) = [text for text in messages(built(examples)) if "rare" in text]
    assert "0 (0), 2 (" in told


def test_of_many_questions_with_few_answers_it_is_told_once_that_marks_are_rare():
    few = [example(asked(f"q{k}"), n, n % 3) for k in range(30) for n in range(6)]
    many = [example(asked("much"), n, 2 if n == 0 else 1) for n in range(400)]
    told = [text for text in messages(built(few + many)) if "are rare" in text or "Rare marks" in text]
    assert len(told) == 2, told
    assert "“much”" in told[0]
    assert told[1] == "Rare marks of 30 more questions are not listed."


def test_a_good_set_has_no_warnings():
    assert messages(built(a_class(1000))) == []


def test_nothing_to_learn_from_is_said_and_not_broken():
    found = built([])
    assert found.rows == []
    assert messages(found) == ["There is no marked answer to learn from."]


def test_a_question_without_full_mark_of_which_all_have_nothing_is_refused():
    nothing, known = asked("1", full_mark=None), asked("2", full_mark=4)
    found = built([example(q, n, 0) for q in (nothing, known) for n in range(4)])
    assert {row["question"]["key"] for row in found.rows} == {"2"}
    assert found.refused == 4
    assert "Say its full mark" in found.problems[0].text


def test_marks_that_are_words_are_told_of_once_more_with_what_to_do():
    refused = Problem(2, NO_NUMBER, {"column": "grade", "value": "A"})
    found = built([refused])
    assert any("write the number that each stands for" in text for text in messages(found))
    assert not any("each stands for" in text for text in messages(built([])))
