"""``python -m mwp_solver`` is ``mwp-solver``."""

from mwp_solver.cli.main import main

if __name__ == "__main__":  # worker processes import this file again
    main(prog_name="mwp-solver")
