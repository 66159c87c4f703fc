"""Words of the web page in Chinese and in English, a block for each tab, and the examples; our own sentences."""

from __future__ import annotations

from mwp_solver.solving.screening import MESSAGES
from mwp_solver.web.texts_files import FILE_TEXTS

Texts = dict[str, tuple[str, str]]
"""key -> what to say in Chinese and in English"""

PAGE: Texts = {
    "intro": (
        "# 数学应用题求解\n输入一道中文或英文的小学数学应用题，看算式和解题步骤；也可以检查自己的答案，或做练习。",
        "# Math word problem solver\nType a word problem in Chinese or English and see its working, check your own, "
        "or practise.",
    ),
    "busy": (
        "现在用的人太多，请过几秒钟再试一次。",
        "Too many people are using the page right now. Try again in a few seconds.",
    ),
}

SOLVE: Texts = {
    "tab_solve": ("解题", "Solve"),
    "question": ("应用题", "Word problem"),
    "placeholder": ("输入题目，按回车键求解", "Type a problem and press Enter"),
    "solve": ("求解", "Solve"),
    "answer": ("答案", "Answer"),
    "expression": ("综合算式", "Expression"),
    "working": ("解题步骤", "Working"),
    "verification": ("验算", "Check"),
    "comes_out": ("就是题目中的{number}", "that is the {number} of the problem"),
    "reading": ("对照题意", "Against the problem"),
    "reading_holds": ("与题目相符", "as the problem says"),
    "reading_fails": ("题目中是{number}，不相符", "but the problem says {number}"),
    "numbers": (
        "题目中的数（算式里同色的数出自这里；灰色的没有用到）",
        "Numbers in the problem (same color in the expression; gray ones were not used)",
    ),
    "used": ("用到的数", "used"),
    "unused": ("没有用到的数", "not used"),
    "tree": ("算式的结构", "How the expression is built"),
    "alternatives": ("考虑过的答案及其可能性", "Answers considered, and how likely the model found them"),
    "copy": ("复制", "Copy"),
    "copied": ("已复制", "Copied"),
    "share": ("复制链接", "Copy link"),
    "link_copied": ("已复制链接", "Link copied"),
    "history": (
        "<details hidden><summary>刚才解过的题</summary><ol></ol></details>",
        "<details hidden><summary>Problems of this session</summary><ol></ol></details>",
    ),
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
    "check_placeholder": ("输入题目", "Type the problem"),
    "own_answer": ("你的答案", "Your answer"),
    "own_answer_placeholder": ("如 23只", "such as 23 rabbits"),
    "own_expression": ("或你的算式", "or your expression"),
    "own_expression_placeholder": ("如 (35×4−94)÷2", "such as (35*4-94)/2"),
    "check": ("检查", "Check"),
    "write_work": ("请写上你的答案或算式。", "Write your answer or your expression."),
    "work_too_long": ("答案或算式太长。", "This answer or expression is too long."),
    "verdict_right": ("✓ 对", "✓ Right"),
    "verdict_unusual": ("✓ 得数对", "✓ The value is right"),
    "verdict_wrong": ("✗ 不对", "✗ Not right"),
    "verdict_unsure": ("? 没有把握", "? Not sure"),
    "found_here": ("这里算得的答案：", "The answer found here:"),
}

PRACTICE: Texts = {
    "tab_practice": ("练习", "Practice"),
    "family": ("题型", "Kind of problem"),
    "grade": ("年级", "Grade"),
    "every": ("全部", "All"),
    **{f"grade_{number}": (f"{'一二三四五六'[number - 1]}年级", f"Grade {number}") for number in range(1, 7)},
    "grade_7": ("初中", "Secondary school"),
    "answer_placeholder": ("写下答案，按回车键", "Write the answer and press Enter"),
    "judge": ("看看对不对", "Is it right?"),
    "another": ("换一题", "Another problem"),
    "hint": ("提示", "Hint"),
    "show_solution": ("看解答", "Show the solution"),
    "first_step": ("第一步：", "First step:"),
    "score": ("第一次就答对：", "Right at the first try:"),
    "no_exercise": ("没有这个题型和年级的题，请另选。", "There is no problem of this kind and grade; choose others."),
    "write_answer": ("请先写上答案。", "Write an answer first."),
    "judged_right": ("✓ 答对了！", "✓ That is right!"),
    "judged_wrong": ("✗ 不对，再想一想。", "✗ Not right; think again."),
    "judged_unit": ("✗ 数对，但单位不对。", "✗ The number is right, but not the unit."),
    "judged_percent_form": ("✗ 百分号不对：50% 是 0.5。", "✗ The percent sign is wrong: 50% is 0.5."),
    "judged_unreadable": (
        "看不懂这个答案，请只写一个数，可带单位。",
        "Write just a number, with its unit if you like.",
    ),
}

TEXTS: Texts = {**MESSAGES, **PAGE, **SOLVE, **CHECK, **PRACTICE, **FILE_TEXTS}

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
