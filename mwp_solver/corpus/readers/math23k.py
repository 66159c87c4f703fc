"""Math23K (Wang, Liu, Shi, EMNLP 2017): concatenated JSON objects with the fields of Ape210K."""

from mwp_solver.corpus.readers.ape210k import read_row

__all__ = ["read_row"]
