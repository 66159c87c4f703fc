"""The tab that gives fresh problems to practise on."""

# No `from __future__ import annotations` here: Gradio reads the handlers' annotations when the page is built.

from dataclasses import replace
from random import Random
from typing import Any

from mwp_solver.web.language import language_of, say
from mwp_solver.web.markup import block, note, text
from mwp_solver.web.page import OWN_EVENT, Page
from mwp_solver.web.practice import MAX_ANSWER, Exercise, Score, families, fresh, grades, hint, judge, solution
from mwp_solver.web.result import steps_html

ANY = "*"
"""the choice that stands for every family or every grade"""


def practice_tab(page: Page) -> None:
    """Add the tab to the ``gr.Tabs`` that is open."""
    import gradio as gr

    words = page.words
    with gr.Tab(words("tab_practice"), id="practice") as tab:
        with gr.Row():
            family = gr.Dropdown([ANY], value=ANY, label=words("family"), elem_id="family", min_width=150)
            grade = gr.Dropdown([ANY], value=ANY, label=words("grade"), elem_id="grade", min_width=150)
        exercise_shown = block("exercise", min_height=96)
        with gr.Row(elem_classes="ask", equal_height=True):
            answer = gr.Textbox(
                label=words("own_answer"),
                placeholder=words("answer_placeholder"),
                lines=1,
                max_lines=1,
                max_length=MAX_ANSWER,
                scale=5,
                min_width=200,
                elem_id="practice-answer",
            )
            judge_button = gr.Button(words("judge"), variant="primary", scale=1, min_width=96, elem_id="judge")
        with gr.Row():
            new_button = gr.Button(words("another"), min_width=96, elem_id="another")
            hint_button = gr.Button(words("hint"), min_width=96, elem_id="hint")
            solution_button = gr.Button(words("show_solution"), min_width=96, elem_id="show-solution")
        verdict = block("verdict", min_height=64)
        score_shown = block("score")
        # Here, not beside the tab: Gradio counts what stands in gr.Tabs, and would show the next tab twice.
        exercise = gr.State(None)
        score = gr.State(Score())
    rng = Random()

    def choices(request: gr.Request) -> list[Any]:
        language = language_of(request)
        every = (say("every", language), ANY)
        names = [(say(f"grade_{number}", language), number) for number in grades(language)]
        return [gr.update(choices=[every, *families(language)]), gr.update(choices=[every, *names])]

    def draw(chosen_family: Any, chosen_grade: Any, request: gr.Request) -> list[Any]:
        language = language_of(request)
        drawn = fresh(language, chosen_family, chosen_grade, rng)
        if drawn is None:
            return [None, note(say("no_exercise", language), "bad"), "", ""]
        shown = f'<p class="exercise" data-say="{text(drawn.question)}">{text(drawn.question)}</p>'
        return [drawn, shown, "", ""]

    def begin(shown: Any, chosen_family: Any, chosen_grade: Any, request: gr.Request) -> list[Any]:
        """The first problem, when the tab is opened for the first time."""
        if isinstance(shown, Exercise):
            return [gr.skip() for _ in drawn]
        return draw(chosen_family, chosen_grade, request)

    def judge_answer(given: Any, shown: Any, so_far: Any, request: gr.Request) -> list[Any]:
        language = language_of(request)
        if not isinstance(shown, Exercise) or not isinstance(so_far, Score):
            return [gr.skip() for _ in judged]
        if not isinstance(given, str) or not given.strip() or len(given) > MAX_ANSWER:
            return [note(say("write_answer", language), "bad"), gr.skip(), gr.skip(), gr.skip()]
        code = judge(shown, given)
        if code == "unreadable":  # a slip of the pen is no try
            return [note(say("judged_unreadable", language), "bad"), gr.skip(), gr.skip(), gr.skip()]
        if not shown.tried:
            so_far = Score(so_far.right + (code == "right"), so_far.tried + 1)
        said = note(say(f"judged_{code}", language), "good" if code == "right" else "bad")
        return [said, replace(shown, tried=True), so_far, _score_html(so_far, language)]

    def show_hint(shown: Any, request: gr.Request) -> list[Any]:
        if not isinstance(shown, Exercise):
            return [gr.skip(), gr.skip()]
        return [note(f"{say('first_step', language_of(request))} {hint(shown)}"), replace(shown, hinted=True)]

    def show_solution(shown: Any, so_far: Any, request: gr.Request) -> list[Any]:
        language = language_of(request)
        if not isinstance(shown, Exercise) or not isinstance(so_far, Score):
            return [gr.skip() for _ in judged]
        if not shown.tried:  # looked up instead of answered
            so_far = Score(so_far.right, so_far.tried + 1)
        result, equation, steps = solution(shown)
        said = f"{say('answer', language)} {result}"
        html = f'<div class="solution">{note(said)}<p class="small">{text(equation)}</p>{steps_html(steps)}</div>'
        return [html, replace(shown, tried=True), so_far, _score_html(so_far, language)]

    shared: dict[str, Any] = {**OWN_EVENT, "trigger_mode": "once"}
    chosen = [family, grade]
    drawn = [exercise, exercise_shown, verdict, answer]
    judged = [verdict, exercise, score, score_shown]
    tab.select(choices, outputs=chosen, **shared)
    tab.select(begin, inputs=[exercise, *chosen], outputs=drawn, **shared)
    gr.on([new_button.click, family.select, grade.select], draw, inputs=chosen, outputs=drawn, **shared)
    gr.on([judge_button.click, answer.submit], judge_answer, inputs=[answer, exercise, score], outputs=judged, **shared)
    hint_button.click(show_hint, inputs=[exercise], outputs=[verdict, exercise], **shared)
    solution_button.click(show_solution, inputs=[exercise, score], outputs=judged, **shared)


def _score_html(score: Score, language: str) -> str:
    return f'<p class="score">{say("score", language)} <b>{score.right}</b> / {score.tried}</p>'
