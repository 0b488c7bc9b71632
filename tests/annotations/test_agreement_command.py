"""manage.py agreement: files of every layout, campaigns, and what it refuses."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from annotations.management.commands.agreement import Command
from annotations.methods.text_width import text_width
from annotations.models import Rating
from tests import make
from tests.base import ConcordTestCase

LONG = "item,rater,value\n1,A,1\n1,B,1\n2,A,2\n2,B,3\n3,A,3\n3,B,3\n4,A,0\n4,B,\n"
WIDE = "unit,A,B,C\n1,1,1,NA\n2,2,3,2\n3,3,3,3\n4,0,,\n"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("agreement", *arguments, stdout=out)
    return out.getvalue()


def of_file(content: str | bytes, *arguments: str, name: str = "ratings.csv") -> Any:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return json.loads(run(str(path), "--json", *arguments))


def coefficient(result: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in result["coefficients"] if c["name"] == name)


def refusal(content: str | bytes, *arguments: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        of_file(content, *arguments)
    return caught.value


def test_long_is_recognised_by_its_columns():
    result = of_file(LONG, "--level", "interval")
    assert (result["items"], result["raters"], result["level"]) == (4, 2, "interval")
    assert result["criterion"] is None
    assert result["pairs"][0]["raters"] == ["A", "B"]
    assert result["pairs"][0]["items"] == 3
    assert coefficient(result, "percent_agreement")["value"] == pytest.approx(2 / 3)


def test_everything_else_is_wide_and_the_unit_is_no_rater():
    result = of_file(WIDE, "--level", "ordinal")
    assert (result["items"], result["raters"]) == (4, 3)
    assert [pair["raters"] for pair in result["pairs"]] == [["A", "B"], ["A", "C"], ["B", "C"]]


def test_long_and_wide_say_the_same():
    long = "item,rater,value\n1,A,1\n1,B,1\n2,A,2\n2,B,3\n2,C,2\n3,A,3\n3,B,3\n3,C,3\n4,A,0\n"
    assert of_file(long, "--level", "ordinal") == of_file(WIDE, "--level", "ordinal")


def test_counts_only_when_said():
    content = "subject,x,y\n1,3,0\n2,0,3\n3,1,2\n"
    counts = of_file(content, "--level", "nominal", "--layout", "counts")
    assert (counts["items"], counts["raters"], counts["pairs"]) == (3, 3, [])
    assert coefficient(counts, "cohen_kappa_quadratic")["reason"]
    assert of_file(content, "--level", "nominal")["raters"] == 2


def test_a_text_column_beside_counts_is_left_out_and_mentioned():
    with TemporaryDirectory() as folder:
        path = Path(folder) / "counts.csv"
        path.write_text("Group,x,y\nA,3,0\nB,0,3\n")
        out, err = StringIO(), StringIO()
        call_command(
            "agreement", str(path), level="nominal", layout="counts", stdout=out, stderr=err
        )
    assert "Group" in err.getvalue()


def test_unused_categories_of_counts_come_from_the_domain():
    content = "id,0,1\n1,2,1\n2,0,3\n3,3,0\n"
    narrow = of_file(content, "--level", "nominal", "--layout", "counts")
    wide = of_file(content, "--level", "nominal", "--layout", "counts", "--domain", "0,1,2,3")
    name = "brennan_prediger"
    assert coefficient(narrow, name)["value"] < coefficient(wide, name)["value"]


def test_real_files_bom_tabs_gb18030_and_blanks():
    plain = of_file(WIDE, "--level", "interval")
    assert of_file("\ufeff" + WIDE, "--level", "interval") == plain
    assert of_file(WIDE.replace(",", "\t"), "--level", "interval", name="r.tsv") == plain
    chinese = WIDE.replace("unit,A,B,C", "编号,张老师,李老师,王老师").encode("gb18030")
    result = of_file(chinese, "--level", "interval")
    assert result["pairs"][0]["raters"] == ["张老师", "李老师"]
    assert coefficient(result, "icc_a_1") == coefficient(plain, "icc_a_1")


def test_text_categories_are_nominal_or_ordered_by_the_domain():
    content = "item,A,B\n1,low,low\n2,high,mid\n3,mid,mid\n4,high,high\n"
    nominal = of_file(content, "--level", "nominal")
    assert coefficient(nominal, "krippendorff_alpha")["value"] == pytest.approx(2 / 3)
    assert coefficient(nominal, "cohen_kappa_quadratic")["value"] is None
    ordinal = of_file(content, "--level", "ordinal", "--domain", "low,mid,high")
    assert coefficient(ordinal, "cohen_kappa_quadratic")["value"] == pytest.approx(0.8)
    assert "“low” is not a number" in str(refusal(content, "--level", "ordinal"))


def test_every_stable_name_is_there():
    names = [c["name"] for c in of_file(WIDE, "--level", "nominal")["coefficients"]]
    assert names[0] == "krippendorff_alpha"
    assert len(names) == len(set(names)) == 20


def test_one_value_is_undefined_with_a_sentence():
    result = of_file("item,A,B\n1,2,2\n2,2,2\n", "--level", "interval")
    alpha = coefficient(result, "krippendorff_alpha")
    assert alpha["value"] is None
    assert "Only one value" in alpha["reason"]


@pytest.mark.parametrize(
    ("content", "needle"),
    [
        ("", "empty"),
        (b"\x00\x01\x02\x03", "binary"),
        ("item,rater,value\n1,A,inf\n", "Line 2: a value cannot be infinite"),
        ("item,rater,value\n1,A,1\n1,B,x\n", "Line 3, B: “x” is not a number"),
        ("item,rater,value\n1,A,1\n1,A,2\n", "Line 3: “A” rates the item “1” a second time"),
        ("item,rater,value\n1,,1\n", "Line 2 names no item or no rater"),
        ("item,A,B\n1,2,3,4,5\n", "This line has 5 columns"),
        ("item\n1\n", "no column of a rater"),
    ],
)
def test_bad_files_are_refused_with_the_line(content, needle):
    error = refusal(content, "--level", "interval")
    assert needle in str(error)
    assert error.returncode == 1


def test_a_value_outside_the_domain_is_refused():
    error = refusal(WIDE, "--level", "interval", "--domain", "0,1,2")
    assert str(error) == "Line 3: the value “3” is not in the domain."


def test_a_missing_file_is_an_error():
    with pytest.raises(CommandError, match="cannot be read"):
        run("/nowhere/ratings.csv", "--level", "nominal")


@pytest.mark.parametrize(
    "arguments",
    [[], ["x.csv"], ["x.csv", "--campaign", "c", "--level", "nominal"],
     ["--campaign", "c", "--layout", "wide"], ["x.csv", "--level", "nominal", "--question", "1"]],
)  # fmt: skip
def test_bad_usage_has_exit_status_2(arguments):
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert caught.value.returncode == 2


def test_an_unknown_level_is_bad_usage():
    with pytest.raises(CommandError, match="invalid choice"):
        Command().create_parser("manage.py", "agreement").parse_args(
            ["x.csv", "--level", "cardinal"]
        )


def test_chosen_raters_only():
    content = "student,text,judge1,judge2\n1,good,1,1\n2,bad,0,1\n3,fair,1,1\n"
    result = of_file(content, "--level", "interval", "--raters", "judge1,judge2")
    assert result["raters"] == 2
    assert "There is no column “judge9”" in str(
        refusal(content, "--level", "nominal", "--raters", "judge9")
    )


def test_a_long_file_with_criteria_gives_a_list():
    content = "item,rater,criterion,value\n1,A,x,1\n1,B,x,1\n1,A,y,2\n1,B,y,3\n2,A,x,2\n2,B,x,3\n"
    results = of_file(content, "--level", "interval")
    assert [result["criterion"] for result in results] == ["x", "y"]
    one = of_file(content, "--level", "interval", "--criterion", "y")
    assert (one["criterion"], one["items"]) == ("y", 1)


def test_the_table_for_people_says_the_same():
    with TemporaryDirectory() as folder:
        path = Path(folder) / "r.csv"
        path.write_text(WIDE)
        text = run(str(path), "--level", "interval")
    assert "krippendorff_alpha" in text
    assert "A × B" in text
    assert "without each rater" in text


class CampaignAgreementCommandTests(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        dataset = make.a_dataset(cls.team)
        make.items(make.a_question(dataset, "Q1"), 3)
        make.items(make.a_question(dataset, "Q2"), 3)
        people = [cls.cast.bob, cls.cast.carol]
        cls.campaign = make.a_campaign(dataset, make.a_rubric(cls.team), people, slug="exam")
        for i, row in enumerate(cls.campaign.campaign_items.all()):
            make.a_rating(row, cls.cast.bob, {"c1": i % 6, "c2": 2, "c3": 3})
            make.a_rating(row, cls.cast.carol, {"c1": min(5, i % 6 + i % 2), "c2": 2, "c3": i % 4})

    def test_for_people_the_composite_and_the_level_have_their_names(self):
        head = run("--campaign", "exam", "--criterion", "composite").splitlines()[0]
        assert head == "Composite: 6 items, 2 raters, level distances (interval)"

    def test_without_a_criterion_it_lists_each_and_the_composite(self):
        results = json.loads(run("--campaign", "exam", "--json"))
        assert [result["criterion"] for result in results] == ["Criterion 1", "Criterion 2", "Criterion 3", "composite"]
        assert [result["level"] for result in results] == ["ordinal"] * 3 + ["interval"]
        assert results[0]["pairs"][0]["raters"] == ["Bob", "Carol"]
        assert coefficient(results[1], "krippendorff_alpha")["value"] is None

    def test_a_criterion_by_key_or_name_gives_one(self):
        by_key = json.loads(run("--campaign", "exam", "--criterion", "c1", "--json"))
        by_name = json.loads(run("--campaign", "exam", "--criterion", "Criterion 1", "--json"))
        assert by_key == by_name
        assert (by_key["criterion"], by_key["key"]) == ("Criterion 1", "c1")

    def test_the_level_asked_for_wins(self):
        result = json.loads(
            run("--campaign", "exam", "--criterion", "composite", "--level", "nominal", "--json")
        )
        assert result["level"] == "nominal"

    def test_one_question(self):
        options = ["--campaign", "exam", "--criterion", "c1", "--json", "--question"]
        assert json.loads(run(*options, "Q2"))["items"] == 3
        with pytest.raises(CommandError, match="no question"):
            run(*options, "Q9")

    def test_ratings_that_do_not_count_are_left_out(self):
        Rating.objects.filter(rater=self.cast.carol).update(state="withdrawn")
        result = json.loads(run("--campaign", "exam", "--criterion", "c1", "--json"))
        assert coefficient(result, "krippendorff_alpha")["reason"].startswith("Only one rater")

    def test_unknown_names_are_refused(self):
        with pytest.raises(CommandError, match="no campaign"):
            run("--campaign", "nope")
        with pytest.raises(CommandError, match="no criterion “x”"):
            run("--campaign", "exam", "--criterion", "x")


def test_the_columns_of_pairs_line_up_under_chinese_names(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("item,王老师,Bo,C\n1,1,1,2\n2,2,3,2\n3,3,3,3\n4,0,1,0\n", encoding="utf-8")
    lines = run(str(path), "--level", "interval").splitlines()
    start = next(i for i, line in enumerate(lines) if "QWK" in line)
    assert len({text_width(line) for line in lines[start : start + 4]}) == 1
