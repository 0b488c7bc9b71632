"""manage.py agreement on files that nobody prepared for it: who is a rater, and what is left out."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

PLAIN = "id,A,B\n1,1,1\n2,2,3\n3,3,3\n4,1,2\n"


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """(JSON, what was said on standard error) of a file with these contents."""

    def run(content: str, *arguments: str, level: str = "ordinal", name: str = "r.csv") -> Any:
        path = tmp_path / name
        path.write_text(content)
        out, err = StringIO(), StringIO()
        options = ["--level", level, "--json", *arguments]
        call_command("agreement", str(path), *options, stdout=out, stderr=err)
        return json.loads(out.getvalue()), err.getvalue()

    return run


def alpha(result: dict[str, Any]) -> float:
    return next(c["value"] for c in result["coefficients"] if c["name"] == "krippendorff_alpha")


def raters(result: dict[str, Any]) -> set[str]:
    return {name for pair in result["pairs"] for name in pair["raters"]}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Unnamed: 0,Rater 1,Rater 2,Total", {"Rater 1", "Rater 2"}),
        ("序号,评委A,评委B,总分", {"评委A", "评委B"}),
        ("item_id,judge_1_score,judge_2_score,avg_score", {"judge_1_score", "judge_2_score"}),
        ("index,score_me,score_other,score_avg", {"score_me", "score_other"}),
        ("考号,一评,二评,仲裁", {"一评", "二评"}),
        ("id,judge1,judge2,final judge", {"judge1", "judge2"}),
        ("essay_set,score1,score2,seconds", {"score1", "score2"}),
        ("准考证号,甲,乙,答题用时", {"甲", "乙"}),
    ],
)
def test_numbers_that_are_no_rater_are_left_out_and_named(read, header, expected):
    lines = [line.split(",") for line in PLAIN.splitlines()[1:]]
    body = "\n".join(",".join([n, a, b, str(int(a) + int(b))]) for n, a, b in lines)
    result, said = read(f"{header}\n{body}\n")
    assert raters(result) == expected
    assert alpha(result) == alpha(read(PLAIN)[0])
    assert header.rsplit(",", 1)[1] in said


def test_raters_that_are_chosen_are_taken_whatever_they_are_called(read):
    result, said = read("id,A,total\n1,1,1\n2,2,3\n", "--raters", "A,total")
    assert raters(result) == {"A", "total"}
    assert said == ""


def test_texts_beside_named_categories_are_no_raters(read):
    kinds = ["yes", "no"] * 6
    body = "\n".join(f"sentence {i},{kind},{kinds[-i]}" for i, kind in enumerate(kinds))
    result, said = read(f"sentence,human,model\n{body}\n", level="nominal")
    assert raters(result) == {"human", "model"}
    assert "sentence" in said


def test_columns_of_a_rater_and_a_criterion_are_told_apart(read):
    content = "id,rater1_x,rater1_y,rater2_x,rater2_y\n1,1,5,1,4\n2,2,4,3,4\n3,3,3,3,3\n"
    results, _ = read(content)
    assert [result["criterion"] for result in results] == ["x", "y"]
    assert raters(results[0]) == {"rater1", "rater2"}
    swapped, _ = read("id,x (rater 1),x (rater 2),y (rater 1),y (rater 2)\n1,1,1,5,4\n2,2,3,4,4\n3,3,3,3,3\n")
    assert [alpha(result) for result in swapped] == [alpha(result) for result in results]


def test_a_line_of_totals_is_no_item(read):
    result, said = read(PLAIN + "总分,7,9\n")
    assert result["items"] == 4
    assert "总分" in said


def test_cells_without_a_score_and_scores_with_a_name_are_read(read):
    written = "id,A,B\n1,1 - poor,1 - poor\n2,2 - fair,３\n3,3 - good,3分\n4,一分,2\n5,缺考,1\n6,无,N/A\n"
    assert alpha(read(written)[0]) == alpha(read(PLAIN)[0])


def test_a_rating_a_line_is_known_by_other_words(read):
    head, *lines = PLAIN.splitlines()
    long = "".join(f"{n},g{k},{v}\n" for n, *vs in (line.split(",") for line in lines) for k, v in enumerate(vs))
    result, _ = read("essay_id,grader,grade\n" + long)
    assert raters(result) == {"g0", "g1"}
    assert alpha(result) == alpha(read(PLAIN)[0])
    mapped, _ = read("a,b,c\n" + long, "--map", "item=a", "--map", "rater=b", "--map", "value=c")
    assert alpha(mapped) == alpha(result)
    assert head.startswith("id")


def test_several_columns_make_an_item_together_where_it_is_said(read):
    lines = "".join(f"{q},{t},{r},{(q * t + (r == 'b')) % 3}\n" for q in (1, 2) for t in (1, 2) for r in "ab")
    content = "question_id,turn,judge,winner\n" + lines
    with pytest.raises(CommandError, match="--map item=COLUMN"):
        read(content, level="nominal")
    result, _ = read(content, "--map", "item=question_id", "--map", "item=turn", level="nominal")
    assert (result["items"], result["raters"]) == (4, 2)


def test_a_rating_a_line_with_a_column_a_criterion(read):
    content = (
        "item,annotator,fluency,adequacy,lead_time,tone\n"
        "1,a,1,2,3.5,x\n1,b,1,2,4.5,y\n2,a,2,3,2.5,x\n2,b,3,3,9,x\n"
    )
    results, said = read(content)
    assert [result["criterion"] for result in results] == ["fluency", "adequacy"]
    assert "lead_time" in said
    assert "tone" in said


def test_a_criterion_of_names_is_left_out_where_numbers_are_needed(read):
    content = "item,rater,criterion,value\n1,a,x,1\n1,b,x,1\n2,a,x,2\n2,b,x,1\n1,a,tone,kind\n"
    result, said = read(content)
    assert (result["criterion"], result["items"]) == ("x", 2)
    assert "tone" in said
    with pytest.raises(CommandError, match="kind"):
        read(content, "--criterion", "tone")


def test_a_questionnaire_has_a_rater_a_line(read):
    content = "时间戳,您的姓名,回答1,回答2,回答3,总分\n2024,张三,1,2,3,6\n2024,李四,1,3,3,7\n"
    result, said = read(content)
    assert (result["items"], raters(result)) == (3, {"张三", "李四"})
    assert "回答3" in said
    assert "总分" not in said


def test_annotations_in_an_export_of_label_studio_are_read(read):
    tasks = [
        {"id": i, "data": {"text": "x"}, "annotations": [
            {"completed_by": who, "result": [
                {"from_name": "q", "type": "rating", "value": {"rating": 1 + (i + who) % 3}}]}
            for who in (1, 2)]}
        for i in range(4)
    ]  # fmt: skip
    result, _ = read(json.dumps(tasks), name="export.json")
    assert (result["items"], result["raters"], result["criterion"]) == (4, 2, "q")


def test_a_long_layout_without_its_columns_says_how_to_name_them(read):
    with pytest.raises(CommandError, match=r"--map item=COLUMN.*There are: a, b"):
        read("a,b\n1,2\n", "--layout", "long")


def test_one_category_spelled_in_several_ways_is_one(read):
    mixed, _ = read("id,A,B\n1,Yes,yes\n2,no,No\n3,ＹＥＳ,no\n4,no,no \n", level="nominal")
    plain, _ = read("id,A,B\n1,yes,yes\n2,no,no\n3,yes,no\n4,no,no\n", level="nominal")
    assert alpha(mixed) == alpha(plain)


def test_a_line_for_each_rater_is_told_by_the_column_of_their_names(read):
    content = "rater,item1,item2,item3\nann,1,2,3\nben,1,3,3\n"
    result, said = read(content)
    assert (result["items"], raters(result)) == (3, {"ann", "ben"})
    assert "item3" in said
    assert read(content, "--layout", "wide")[0]["items"] == 2


@pytest.mark.parametrize("names", ["coder 1,coder 2", "Ann,Ben"])
def test_a_participant_may_be_whom_the_raters_rate(read, names):
    result, _ = read(f"participant,{names}\np1,1,2\np2,3,3\np3,2,2\n")
    assert (result["items"], raters(result)) == (3, set(names.split(",")))
    repeated, _ = read("participant,rater1,rater2\np1,1,2\np1,3,3\np2,2,2\n")
    assert repeated["items"] == 3


def test_a_judge_beside_a_human_is_a_rater(read):
    result, _ = read("human,judge\n1,1\n2,3\n3,3\n1,2\n")
    assert raters(result) == {"human", "judge"}


def test_numbers_of_the_lines_are_no_rater_even_without_a_header(read):
    body = "".join(f"{n},{1 + n % 3},{1 + n % 2}\n" for n in range(12))
    result, _ = read(body)
    assert raters(result) == {"column 2", "column 3"}


def test_a_star_and_what_is_said_to_be_missing_are_no_values(read):
    starred, _ = read(PLAIN.replace("4,1,2", "4,1,*"), level="nominal")
    coded, said = read(PLAIN.replace("4,1,2", "4,1,99"), "--missing=99,-9", level="nominal")
    assert alpha(starred) == alpha(coded) == alpha(read(PLAIN.replace("4,1,2", "4,1,"), level="nominal")[0])
    assert "--missing" not in said


def test_codes_far_from_all_other_values_are_pointed_out(read):
    assert "--missing=-9,99" in read(PLAIN + "5,99,-9\n")[1]
    assert "--missing" not in read("id,A,B\n1,80,99\n2,70,60\n")[1]


def test_what_names_do_not_tell_to_be_raters_is_told(read):
    content = "ArticleID,CoherenceRating,FluencyRating\n7,1,2\n8,3,3\n9,2,1\n"
    result, said = read(content)
    assert raters(result) == {"CoherenceRating", "FluencyRating"}
    assert "--map rater=COLUMN" in said
    assert "one rater" not in read("id,judge 1,judge 2\n1,1,2\n2,3,3\n")[1]


def test_counts_of_raters_are_pointed_out(read):
    content = "item,for,against,neither\n1,3,2,1\n2,6,0,0\n3,1,1,4\n"
    assert "--layout counts" in read(content)[1]
    assert "--layout counts" not in read(content.replace("1,1,4", "1,1,5"))[1]


def test_several_entries_on_one_line_are_an_item_each(read):
    entries = [{"rater1": n, "rater2": 3 - n} for n in (1, 2, 2)]
    assert read(json.dumps(entries), name="r.json")[0]["items"] == 3


RATERS_JOINED = (
    "Participant id,Age,Sex,Time taken,item_id,text,fluency,choice,gold\n"
    "p1,30,F,90,a,x,1,yes,yes\np2,25,M,80,a,x,2,no,yes\n"
    "p1,30,F,90,b,y,3,no,no\np2,25,M,80,b,y,3,no,no\n"
)


def test_what_is_said_of_the_rater_or_of_the_item_is_no_criterion(read):
    result, said = read(RATERS_JOINED)
    assert (result["criterion"], result["items"], result["raters"]) == ("fluency", 2, 2)
    assert "Age" in said
    results, said = read(RATERS_JOINED, level="nominal")
    assert [one["criterion"] for one in results] == ["fluency", "choice"]
    assert "gold" in said


def test_the_number_that_tells_the_items_apart_is_their_name(read):
    lines = "".join(f"{n},{m},{w},{(n + w) % 3}\n" for n, m in enumerate("aabb") for w in (1, 2))
    result, _ = read("Story ID,Model,Worker ID,Empathy\n" + lines)
    assert (result["items"], result["raters"]) == (4, 2)
    texts = "".join(f"do {n},{w},{(n + w) % 2 + 1}\n" for n in range(4) for w in (1, 2))
    assert read("instruction,annotator,preference\n" + texts)[0]["items"] == 4


def test_an_item_that_all_raters_call_the_same_stays_one(read):
    content = "coder,u1,u2,u3\nA,1,2,5\nB,1,1,5\nC,2,2,5\n"
    assert read(content, level="nominal")[0]["items"] == 3


def test_raters_without_anything_they_rated_are_asked_about(read):
    content = "评委,摘要,流畅性,忠实度\n甲,a,1,2\n甲,b,2,3\n乙,a,1,3\n乙,b,3,3\n"
    numbered, _ = read(content.replace("摘要", "摘要编号"))
    assert [(one["criterion"], one["items"]) for one in numbered] == [("流畅性", 2), ("忠实度", 2)]
    with pytest.raises(CommandError, match="--map item=COLUMN"):
        read(content.replace("摘要", "材料甲"))
    mapped = read(content.replace("摘要", "材料甲"), *(f"--map={pair}" for pair in ("item=材料甲", "value=流畅性")))
    assert mapped[0]["items"] == 2


@pytest.mark.parametrize("gap", [" ", ".", "_"])
def test_raters_and_criteria_in_one_name_are_not_taken_for_raters(read, gap):
    names = [f"{who}{gap}{what}" for who in ("Ann", "Ben") for what in ("tone", "style")]
    content = f"id,{','.join(names)}\n1,1,2,2,2\n2,3,3,3,4\n3,5,4,4,4\n"
    with pytest.raises(CommandError, match=f"Ann{gap}tone,Ben{gap}tone"):
        read(content)
    assert read(content, "--raters", f"Ann{gap}tone,Ben{gap}tone")[0]["raters"] == 2
    assert read(content, "--raters", ",".join(names))[0]["raters"] == 4


def test_a_system_and_a_document_make_an_item_together(read):
    lines = "".join(f"d{d},{m},{a},{c},{(d + ord(m) + n) % 3}\n" for d in (1, 2) for m in "xy" for n, a in enumerate("AB") for c in ("flu", "rel"))
    results, said = read("doc_id,system,annotator,aspect,rating\n" + lines)
    assert [(one["criterion"], one["items"], one["raters"]) for one in results] == [("flu", 4, 2), ("rel", 4, 2)]
    assert "system, doc_id" in said
