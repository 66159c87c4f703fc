"""Words of the page's photograph, sheet and feedback parts in Chinese and in English; sentences of our own."""

from __future__ import annotations

from mwp_solver.options import PageOptions
from mwp_solver.web import corrections, photo, sheet

_DEFAULT = PageOptions()
_ROWS, _MB, _PHOTO_MB = _DEFAULT.sheet_rows, _DEFAULT.sheet_bytes >> 20, _DEFAULT.upload >> 20

PHOTO = {
    **photo.MESSAGES,
    "tab_photo": ("拍照", "Photo"),
    "photo_intro": (
        f"拍一道印刷的题目，或选一张图片（不超过 {_PHOTO_MB} MB）。文字会放进“解题”页，核对后再求解。图片不会保留。",
        f"Photograph one printed problem, or choose a picture (up to {_PHOTO_MB} MB). Its text goes to the Solve page,"
        " where you check it. The picture is not kept.",
    ),
    "photo_label": ("题目的图片", "Picture of a problem"),
}

SHEET = {
    **sheet.MESSAGES,
    "tab_sheet": ("整份题", "Sheet"),
    "sheet_intro": (
        f"交上一份题目文件：CSV、TSV、Excel（XLSX）或 JSONL，最多 {_ROWS} 行、{_MB} MB。"
        "“题目”（question）列放题目；有“答案”（answer）列就会批改。解完后文件即被删除，结果保留一刻钟。",
        f"Hand in a file of problems: CSV, TSV, Excel (XLSX) or JSONL, at most {_ROWS:,} rows and {_MB} MB. A column"
        " **question** holds the problems; with a column **answer** they are graded. The file is removed once it is"
        " solved, the results after a quarter of an hour.",
    ),
    "sheet_file": ("题目文件", "File of problems"),
    "sheet_start": ("全部求解", "Solve all"),
    "sheet_stop": ("停止", "Stop"),
    "sheet_accuracy": (
        "有答案的题中做对的（及 95% 区间）",
        "Right, of the rows with an answer (with the 95% interval)",
    ),
    "sheet_table": (
        "各行：✓ 对，✗ 错，– 没有参考答案，! 不能用",
        "Rows: ✓ right, ✗ wrong, – no answer given, ! not used",
    ),
    "sheet_head_line": ("行", "Row"),
    "sheet_head_mark": ("✓", "✓"),
    "sheet_head_question": ("题目", "Problem"),
    "sheet_head_answer": ("答案", "Answer"),
    "sheet_head_key": ("参考答案", "Key"),
    "sheet_head_expression": ("算式", "Expression"),
    "sheet_family": ("#### 各题型的正确率", "#### Right by kind of problem"),
    "sheet_grade": ("#### 各年级的正确率", "#### Right by grade"),
    "sheet_confidence": ("#### 正确率与把握", "#### Accuracy against confidence"),
    "sheet_downloads": ("下载：表格（CSV）和报告（HTML）", "Download: table (CSV) and report (HTML)"),
}

FEEDBACK = {
    **corrections.MESSAGES,
    "wrong": ("答案不对？告诉我们", "Wrong? Tell us"),
    "wrong_note": (
        "为上面输入框里的题目写下正确的答案或算式，也可以都写。它保存在这台电脑的一个文件里，用来训练模型。",
        "Write the right answer, or the right expression, or both, for the problem in the box above. It is kept in a"
        " file on this computer, to train the model with.",
    ),
    "wrong_note_public": (
        "为上面输入框里的题目写下正确的答案或算式，也可以都写。题目和改正会保存在提供这个页面的电脑上，用来训练模型。",
        "Write the right answer, or the right expression, or both, for the problem in the box above. The problem and"
        " the correction are kept on the computer that serves this page, to train the model with.",
    ),
    "right_answer": ("正确的答案", "Right answer"),
    "right_expression": ("正确的算式", "Right expression"),
    "send": ("发送", "Send"),
    "correction_failed": ("没有保存成功，请稍后再试。", "It could not be kept. Try again later."),
}

FILE_TEXTS: dict[str, tuple[str, str]] = {**PHOTO, **SHEET, **FEEDBACK}
