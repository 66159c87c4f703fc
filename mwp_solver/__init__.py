"""Solve school math word problems: text in, arithmetic expression and exact answer out."""

__version__ = "0.1.0"
