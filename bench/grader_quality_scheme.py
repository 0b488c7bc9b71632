"""A marking scheme for the five questions of CESA, whose source has neither questions nor answers.

Written as a teacher would write one, from the subject alone and before any answer was looked at: what is
asked, a reference answer, and scoring points with the ways to say them between slashes.
"""

from __future__ import annotations

from typing import NamedTuple


class Scheme(NamedTuple):
    text: str
    reference: str
    scoring_points: tuple[str, ...]


CESA = {
    "1": Scheme(
        "钻石为什么能划破玻璃？",
        "因为钻石的硬度比玻璃大。",
        (
            "硬度/硬/坚硬/坚固",
            "大于/比玻璃/高于/更硬/更大/大",
            "玻璃",
            "金刚石/钻石/碳",
            "最硬/自然界/硬度最大",
            "结构/原子/晶体/共价键/正四面体/网状",
        ),
    ),
    "2": Scheme(
        "红色的衣服为什么看起来是红色的？",
        "因为红色的衣服反射红光，吸收其他颜色的光，反射的红光进入人的眼睛。",
        (
            "反射/反射红光/反射红色",
            "吸收/吸收其他颜色",
            "红光/红色光/红色的光",
            "其他/其它/其余/别的",
            "眼睛/人眼/视网膜/看到",
            "白光/太阳光/日光/可见光/七色光",
            "波长/频率/光谱",
            "不透明/表面",
        ),
    ),
    "3": Scheme(
        "什么是人工智能？",
        "人工智能是研究、开发用于模拟、延伸和扩展人的智能的理论、方法、技术及应用系统的一门学科。",
        (
            "计算机/电脑/机器/程序/机器人/软件",
            "模拟/模仿/仿照/像人/类似/代替/实现",
            "人的智能/人类智能/智能/智力/智慧",
            "思维/思考/意识/推理/决策/判断",
            "学习/感知/理解/语言/识别",
            "研究/开发/理论/方法/技术/应用系统/科学/学科",
            "延伸/扩展/拓展",
            "人工/人造/人为/制造/创造",
        ),
    ),
    "4": Scheme(
        "什么是自然语言？",
        "自然语言是人类在社会生活中自然形成、随文化演化、用来交流的语言，如汉语、英语，不同于编程语言等人工语言。",
        (
            "人类/人们/民族/人",
            "日常/生活/平时",
            "交流/沟通/交际/表达/传递信息",
            "自然而然/演变/演化/发展/形成/约定俗成/进化/文化",
            "汉语/中文/英语/日语/语种/各国",
            "人工语言/程序语言/计算机语言/编程/机器语言/人造",
            "区别/不同于/相对/而非",
            "工具/方式/载体/符号",
            "语音/文字/口头/书面",
        ),
    ),
    "5": Scheme(
        "什么是机器学习？",
        "机器学习是让计算机从数据和经验中自动学习，获取新的知识或技能，不断改善自身性能的方法，是人工智能的一个分支。",
        (
            "计算机/机器/电脑/程序/系统",
            "数据/经验/样本/大量/训练",
            "自动/自主/自己/自我",
            "学习/获取/获得/新知识/技能",
            "算法/模型/统计/方法",
            "改善/改进/提高/优化/性能/完善",
            "预测/分类/判断/决策/规律/识别",
            "模拟/人类学习/学习行为",
            "人工智能/分支/学科/领域/核心",
            "重新组织/已有知识/知识结构",
        ),
    ),
}


def scheme_of(exam: str, key: str) -> Scheme:
    """What is known of a question; of ASAP-SAS nothing is used."""
    return CESA[key] if exam == "CESA" else Scheme("", "", ())
