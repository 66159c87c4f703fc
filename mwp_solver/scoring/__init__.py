"""Solutions and keys -> verdicts, by every rule; verdicts -> figures with intervals. Reads and writes no file."""

from mwp_solver.scoring.grading import Report, grade_solution, score

__all__ = ["Report", "grade_solution", "score"]
