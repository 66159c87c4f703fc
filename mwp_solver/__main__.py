"""``python -m mwp_solver`` is ``mwp-solver``."""

from mwp_solver.cli.main import main

main(prog_name="mwp-solver")
