"""Words of the web page in Chinese and in English, a block for each tab, and the examples; our own sentences."""

from __future__ import annotations

from mwp_solver.solving.screening import MESSAGES

Texts = dict[str, tuple[str, str]]
"""key -> what to say in Chinese and in English"""

PAGE: Texts = {
    "intro": (
        "# 数学应用题求解\n输入一道中文或英文的小学数学应用题，看算式和解题步骤。",
        "# Math word problem solver\nType a word problem in Chinese or English and see its working.",
    ),
}

SOLVE: Texts = {
    "tab_solve": ("解题", "Solve"),
    "question": ("应用题", "Word problem"),
    "placeholder": ("输入题目，按回车键求解", "Type a problem and press Enter"),
    "solve": ("求解", "Solve"),
    "examples_zh": ("中文例题", "Examples in Chinese"),
    "examples_en": ("英文例题", "Examples in English"),
    "answer": ("答案", "Answer"),
    "expression": ("综合算式", "Expression"),
    "working": ("### 解题步骤", "### Working"),
    "numbers": ("题目中的数（✓ 用到，✗ 未用到）", "Numbers in the problem (✓ used, ✗ not used)"),
    "alternatives": ("模型考虑过的算式及其概率", "What the model considered, with the probability it gave"),
    "note": (
        "算式由一个小模型写出，可能有错，请对照步骤检查。",
        "A small model wrote this expression. It can be wrong: check that the working makes sense.",
    ),
    "not_found": (
        "没有为这段文字找到能算出结果的算式。它是一道有数、有问题的应用题吗？",
        "No expression with a value was found. Is this a problem with numbers and a question?",
    ),
    "unsure": (
        "模型对这道题没有把握，请看看下面其他的可能。",
        "The model is not sure about this one. Look at the other possibilities below.",
    ),
}

CHECK: Texts = {
    "tab_check": ("检查", "Check"),
}

PRACTICE: Texts = {
    "tab_practice": ("练习", "Practice"),
}

TEXTS: Texts = {**MESSAGES, **PAGE, **SOLVE, **CHECK, **PRACTICE}

CHINESE = {key: chinese for key, (chinese, _) in TEXTS.items()}
ENGLISH = {key: english for key, (_, english) in TEXTS.items()}

# Gradio knows zh-CN and zh-TW; without the latter, readers in Taiwan or Hong Kong would be shown English.
TRANSLATIONS = {"en": ENGLISH, "zh-CN": CHINESE, "zh-TW": CHINESE}

EXAMPLES_ZH = {
    "鸡兔同笼": "院子里有鸡和兔共20只，数一数一共有56条腿，兔有多少只？",
    "行程": "一辆汽车每小时行65千米，从甲城开到乙城用了4小时，两城相距多少千米？",
    "相遇": "两人从相距1500米的两地同时相向而行，一人每分钟走70米，另一人每分钟走80米，几分钟后相遇？",
    "平均数": "小林三次跳绳分别跳了96下、108下和120下，平均每次跳多少下？",
    "分数": "一根彩带长24米，做花用去它的3/8，还剩多少米？",
    "百分数": "学校图书室有故事书450本，科技书比故事书少20%，科技书有多少本？",
    "折扣": "一双运动鞋原价260元，商店打八折出售，现价多少元？",
    "面积": "一块长方形菜地长18米，宽7.5米，它的面积是多少平方米？",
}

EXAMPLES_EN = {
    "Chickens and rabbits": "A yard has 18 chickens and rabbits with 50 legs. How many rabbits are there?",
    "Shopping": "Mia buys 4 notebooks at $3 each and a pen for $2. How many dollars does she pay?",
    "Motion": "A train travels 240 kilometers in 3 hours. How many kilometers does it travel in 5 hours?",
    "Percent": "A jacket costs $80 and is sold at 25% off. How many dollars does it cost now?",
    "Average": "Four plants are 12, 15, 9 and 20 cm tall. What is their average height in cm?",
}
