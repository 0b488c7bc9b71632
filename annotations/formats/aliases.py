"""The names that columns of real files have, by role."""

from __future__ import annotations

import re

ALIASES: dict[str, tuple[str, ...]] = {
    "item_key": ("item id", "item", "item key", "item number", "id", "uid", "uuid", "编号",
                 "条目编号", "样本编号", "答卷编号", "record id", "sample id", "example id", "essay id",
                 "response id", "answer id"),
    "question_key": ("question number", "question no", "question id", "q#", "qid", "q",
                     "question key", "prompt id", "essay set", "prompt number", "prompt name", "dialogue id",
                     "题号", "题目编号", "试题编号",
                     "题目id", "问题编号", "小题", "小题号"),
    "question": ("question", "prompt", "input", "query", "instruction", "question text",
                 "user input", "user prompt", "题目",
                 "问题", "试题", "题干", "提问", "输入", "提示词", "用户问题"),
    "answer": ("answer", "response", "output", "text", "completion", "generation", "summary",
               "reply", "student answer", "model output", "actual output", "model response",
               "hypothesis", "decoded", "hyp", "generated text", "generated response", "generated summary", "system output",
               "system response", "system summary", "full text", "provided answer",
               "essay", "essay text", "student response", "response text", "answer text", "作答", "答案", "学生作答", "学生答案",
               "考生作答", "考生答案", "回答", "回复", "输出", "模型输出", "模型回答", "模型回复", "大模型回答", "答题内容", "作答内容",
               "作文内容", "作文正文", "摘要", "译文", "文本"),
    "reference": ("reference", "reference answer", "references", "target", "expected", "gold",
                  "ground truth", "golden answer", "expected output", "desired answer", "gold answer", "correct answer", "right answer",
                  "reference response", "reference summary", "reference translation",
                  "reference text", "ideal", "answer key", "model answer",
                  "标准答案", "参考答案", "参考回复", "参考", "答案要点", "参考译文", "期望输出"),
    "context": ("context", "passage", "document", "dialogue", "source text", "material", "article", "article text", "contexts",
                "retrieved contexts", "上下文",
                "材料", "原文", "背景", "对话", "阅读材料", "检索内容"),
    "full_mark": ("full mark", "full marks", "max mark", "max score", "maximum mark",
                  "maximum marks", "maximum score", "total marks", "out of", "满分", "满分值",
                  "总分值", "题目满分", "分值"),
    "step": ("step", "mark step", "half marks", "步长", "给分步长", "最小分值", "给分单位"),
    "scoring_points": ("scoring points", "scoring point", "marking points", "mark scheme",
                       "rubric", "采分点", "得分点", "评分标准", "评分要点", "给分点", "评分细则"),
    "school_subject": ("school subject", "subject", "科目", "学科"),
    "source": ("source", "student", "student id", "student number", "student name", "学生姓名", "candidate", "id number", "email address",
               "system", "system name", "system id", "sys id", "model", "model id", "model name", "generator", "学号", "考号",
               "考生号", "准考证号", "学号/工号", "学生", "学生编号", "姓名", "来源", "系统", "模型", "模型名称"),
    "group": ("class", "group", "grade level", "category", "domain", "school", "班级", "班",
              "组别", "分组", "类别", "年级", "学校", "场景"),
    "image": ("image", "images", "image file", "scan", "picture", "图片", "图像", "扫描件",
              "答题图片", "图片文件", "图片名"),
    "past_mark": ("past mark", "past marks", "previous mark", "历史得分", "原得分", "原始得分",
                  "既往得分", "参考得分"),
    "machine": ("machine mark", "machine marks", "machine score", "ai mark", "ai score",
                "model score", "predicted mark", "predicted score", "prediction", "机器评分",
                "机器得分", "机器分", "机评", "机评分", "机评得分", "模型评分", "模型得分",
                "ai评分", "ai得分", "预测得分", "预测分"),
    "automatic": ("automatic score", "auto score", "metric", "自动评分", "自动指标"),
    "rating": ("human score", "human rating", "rater score", "人工评分", "人工打分", "评分员评分",
               "阅卷员评分"),
}  # fmt: skip

ANSWERERS = (
    "worker", "worker id", "user id", "author user id", "participant", "participant id", "prolific id", "prolific pid",
    "respondent", "respondent id", "user", "username",
)  # fmt: skip
"""People who may have rated, or written what was rated."""

RATER = (
    "rater", "judge", "coder", "marker", "observer", "rater id", "annotator", "annotator id", "grader",
    "grader id", "judge id", "reviewer", "evaluator", "examiner", "assessor", "annotator index",
    "listener", "listener id", "评分员", "评分人", "评分者", "阅卷员", "阅卷人", "评卷人", "评委", "标注员", "标注者", "标注人", *ANSWERERS,
)  # fmt: skip
"""Names of columns that name the rater."""

AUTOMATIC_PATTERN = re.compile(
    r"rouge|bleu|meteor|bertscore|moverscore|bartscore|bleurt|comet|chrf|perplexity"
    r"|faithfulness|relevancy|contextprecision|contextrecall|levenshtein|editdistance|similarity|相似度|困惑度"
)
"""Names of metrics that are computed, never given by people."""

SCORE_PATTERN = re.compile(
    r"score|mark|point|grade|rating|judge|rater|human|annotator|[一二三四]评$|[初复终]评$|仲裁|得分|分数|成绩|评分|打分|给分|评阅|阅卷|评委|评分员"
)
"""Names that say "a score" without saying whose."""

SIMPLIFIED = str.maketrans(
    "題參號員圖場復學對掃標樣檢準測滿點級細給統編評證詞試話讀輸長問閱預條單則別總戶機類係組譯歷曆稱內",
    "题参号员图场复学对扫标样检准测满点级细给统编评证词试话读输长问阅预条单则别总户机类系组译历历称内",
)
"""Traditional characters of the names below, as files from Taiwan and Hong Kong write them."""

NAMES_OF_SOURCES = frozenset(("来源", "source", "姓名", "学生姓名", "studentname", "emailaddress", "modelname", "systemname", "模型名称"))
"""Beside a number of the student or the system, a name is information, and so is where a line came from."""

OF_ALL = frozenset(
    ["total", "totals", "sum", "overallaverage", "classaverage", "全班平均", "班级平均分", "年级平均分", "subtotal", "mean", "average", "avg", "median", "std", "sd", "min", "max", "满分", "总分", "总计", "合计", "小计", "平均", "平均分", "均分", "均值", "最高分", "最低分", "最高", "最低", "标准差", "方差", "中位数", "得分率", "及格率", "优秀率", "人数"]
)
"""Words that head a line or a column computed of the others."""

SCORE_LABELS = ("得分", "分数", "评分", "打分", "成绩", "score", "mark", "marks", "grade")
"""Labels of a block of text that say a score; which score is asked, as for a column."""
