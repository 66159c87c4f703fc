"""What all reports say, in Chinese and in English: titles, notes, and figures as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mwp_solver.scoring.failures import KINDS
from mwp_solver.scoring.grading import RULES
from mwp_solver.scoring.groups import MORE, NUMBER_KINDS
from mwp_solver.scoring.summary import OTHERS

LANGUAGES = ("zh", "en")
_TEXTS: Mapping[str, tuple[str, str]] = {
    "title": ("mwp-solver 评测报告", "Report of mwp-solver"),
    "report": ("评测报告", "Report"),
    "solved_without_keys": (
        "共解答 {total} 题，都没有参考答案；{rows}。",
        "{total} problems solved, none with a key; {rows}.",
    ),
    "headline": (
        "有参考答案的 {graded} 题中，{correct} 题正确：{accuracy}。"
        "全部 {total} 题中，{unsolved} 题没有得到能算出结果的算式；{rows}。",
        "{correct} of {graded} problems with a key are right: {accuracy}."
        " For {unsolved} of {total} there is no expression with a value; {rows}.",
    ),
    "all_rows": ("每一行都可用", "every row could be used"),
    "bad_row": ("{errors} 行无法使用", "{errors} row could not be used"),
    "bad_rows": ("{errors} 行无法使用", "{errors} rows could not be used"),
    "rule": ("判分规则", "Rule"),
    "right": ("正确", "Right"),
    "accuracy": ("正确率", "Accuracy"),
    "meaning": ("含义", "Meaning"),
    "intervals": ("括号内为 95% 自助法（bootstrap）置信区间。", "Ranges are 95% bootstrap intervals."),
    "school": ("年级报告", "School report"),
    "by_file": ("各文件", "By file"),
    "file": ("文件", "File"),
    "problems": ("题数", "Problems"),
    "with_key": ("有参考答案", "With a key"),
    "unsolved": ("没有算式", "No expression"),
    "not_used": ("不可用的行", "Rows not used"),
    "first_errors": ("全部列在 errors.jsonl 中，最前面的是：", "All are in errors.jsonl; the first:"),
    "where": ("位置", "Where"),
    "why": ("原因", "Why"),
    "group": ("类别", "Group"),
    "family": ("按题型", "By family of problem"),
    "grade": ("按年级", "By school grade"),
    "steps": ("按步数（参考算式的运算次数）", "By number of steps (operations of the key's equation)"),
    "numbers": ("按题中数的种类", "By kind of the question's numbers"),
    "length": ("按题目长度（字符数）", "By length of the question (characters)"),
    "bars": (
        "严格规则下的正确率，附 95% 置信区间{more}。",
        "Share right by the strict rule, with its 95% interval{more}.",
    ),
    "more_groups": (
        "；只画出最大的 {shown} 类，其余 {rest} 类见 report.json",
        "; the {shown} largest groups, {rest} more are in report.json",
    ),
    "bar": ("{accuracy}，共 {total} 题", "{accuracy} of {total}"),
    "confidence": ("置信度", "Confidence"),
    "mean_confidence": ("平均置信度", "Mean confidence"),
    "diagonal": (
        "点在对角线上，表示以该置信度给出的答案恰好有这么大比例是对的。",
        "A point on the diagonal means that of the answers given with that confidence just that share is right.",
    ),
    "calibration_error": ("期望校准误差：{error}。", "Expected calibration error: {error}."),
    "dot": (
        "{count} 题：置信度 {confidence}，正确率 {accuracy}",
        "{count} problems: confidence {confidence}, right {accuracy}",
    ),
    "accuracy_confidence": ("正确率与置信度", "Accuracy against confidence"),
    "time": ("用时", "Time"),
    "latency": (
        "每题用时（毫秒）：同批各题平分该批的用时。中位数 {median}，95% 低于 {p95}。",
        "Time a problem, in milliseconds: that of its batch, shared equally among the problems in it."
        " Median {median}, 95% below {p95}.",
    ),
    "by_time": ("各用时的题数", "Problems by time"),
    "failures": ("值得一看的错题", "Instructive failures"),
    "candidate": ("候选算式", "Candidate"),
    "value": ("值", "Value"),
    "probability": ("概率", "Probability"),
    "remark": ("备注", "Remark"),
    "chosen": ("已选", "chosen"),
    "is_right": ("正确", "right"),
    "none": ("无", "none"),
    "failure": ("参考答案 {key}，解答 {answer}", "key {key}, answer {answer}"),
    "signature": ("签名", "Signature"),
    "data": ("数据", "Data"),
    "model": ("模型", "Model"),
    "rule.strict": ("严格", "strict"),
    "rule.decimals_6": ("六位小数", "6 decimals"),
    "rule.absolute_1e-4": ("误差 0.0001 以内", "within 0.0001"),
    "rule.relative_1pct": ("误差 1% 以内", "within 1%"),
    "meaning.strict": ("完全相等；只有题目或参考答案要求时才取近似值；单位和百分号也算", RULES["strict"]),
    "meaning.decimals_6": ("两者都四舍五入到六位小数后相等", RULES["decimals_6"]),
    "meaning.absolute_1e-4": ("与参考算式的值（没有则与参考答案）相差不到 0.0001", RULES["absolute_1e-4"]),
    "meaning.relative_1pct": ("与参考答案相差不超过其 1%", RULES["relative_1pct"]),
    "kind.form": ("数可能对，但百分号或单位不对", KINDS["form"]),
    "kind.lenient": ("按严格规则错，按其他常用规则对", KINDS["lenient"]),
    "kind.not_chosen": ("候选中有正确的值，但没有选它", KINDS["not_chosen"]),
    "kind.unsolved": ("没有候选能算出值", KINDS["unsolved"]),
    "kind.confident": ("答错，而且很有把握", KINDS["confident"]),
}
_NUMBERS = dict(zip(NUMBER_KINDS, ("没有数", "整数", "小数", "分数", "百分数", "多种"), strict=True))
_REMARKS = {
    "negative": "负数",
    "nothing": "得零",
    "part_of_a_whole_thing": "应为整数",
    "above_all": "超过百分之百",
    "copied": "照抄题中的数",
    "endless": "除不尽",
    "division_by_zero": "除数为零",
    "syntax": "算式不完整",
    "token": "有无法识别的符号",
}
"""what a remark says in Chinese of a rule that is broken, or of an expression that cannot be computed"""


class Words:
    """The words of a report in one language.

    Args:
        language: one of :data:`LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = LANGUAGES.index(language)

    def __call__(self, key: str, /, **values: object) -> str:
        """A text, with values put in; whole numbers get commas."""
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        return _TEXTS[key][self._column].format(**shown)

    def headline(self, report: Mapping[str, Any]) -> str:
        """The report's first sentence."""
        errors = report["errors"]
        rows = self("all_rows" if not errors else "bad_row" if errors == 1 else "bad_rows", errors=errors)
        if not report["graded"]:
            return self("solved_without_keys", total=report["total"], rows=rows)
        strict = report["rules"]["strict"]
        counts = {"correct": strict["correct"], "graded": strict["total"]}
        counts |= {"unsolved": report["unsolved"], "total": report["total"]}
        return self("headline", **counts, accuracy=interval(strict), rows=rows)

    def school(self, report: Mapping[str, Any]) -> str:
        """The sentence of a school report."""
        return str(report["sentence_zh" if self.language == "zh" else "sentence"])

    def groups(self, breakdown: str, groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The groups of a breakdown with their names in this language; families stay as the data name them."""
        return [{**group, "group": self._group(breakdown, str(group["group"]))} for group in groups]

    def _group(self, breakdown: str, name: str) -> str:
        if self.language == "en":
            return name
        if name == OTHERS:
            return "（其他）"
        if breakdown == "family":
            return name
        return _NUMBERS.get(name) or name.replace(MORE, " 及以上")

    def remark(self, candidate: Mapping[str, Any], place: int, right: int | None) -> str:
        """What is to be said of a failure's candidate, of which ``right`` is the place of the first right one."""
        parts = [self("chosen")] if place == 1 and candidate["value"] is not None else []
        if place == right:
            parts.append(self("is_right"))
        codes = [*([str(candidate["error"])] if candidate.get("error") else []), *candidate.get("broken", ())]
        parts += [_REMARKS.get(code, code) for code in codes] if self.language == "zh" else codes
        return ("，" if self.language == "zh" else ", ").join(parts)

    def milliseconds(self, low: float | None, high: float | None) -> str:
        """An edge to edge label of the histogram of time."""
        return self._group("time", f"{low:,}{MORE}") if high is None else f"{low:,}–{high:,}"


def percent(share: float | None) -> str:
    """A share as a percentage of one decimal; a dash for none."""
    return "–" if share is None else f"{share:.1%}"


def printable(text: object) -> str:
    """Any text on one line of a terminal, without characters that would steer it."""
    return "".join(sign if sign.isprintable() or sign == "\u3000" else "\ufffd" for sign in str(text))


def interval(figures: Mapping[str, Any]) -> str:
    """``65.0% (61.2–68.7%)``."""
    return f"{percent(figures['accuracy'])} ({figures['low'] * 100:.1f}–{figures['high']:.1%})"
