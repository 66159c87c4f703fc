"""One file a data set: a raw row becomes a :class:`~mwp_solver.problem.Problem`; no model is known here."""
