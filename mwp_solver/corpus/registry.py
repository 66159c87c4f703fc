"""The public data sets: where each is, how it is verified, and whose it is. None is in this package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from mwp_solver.errors import DataError
from mwp_solver.problem import Problem

Reader = Callable[[dict[str, Any]], Problem]


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of a set, at one commit of its repository.

    Attributes:
        split: ``train``, ``valid``, ``test``; ``all`` if its authors did not split it.
        repository: ``owner/name`` on GitHub.
        commit: full hash, so that the content behind the address never changes.
        path: in the repository.
        blob: git blob id: SHA-1 of ``"blob " + size + NUL + content``.
        sha256: of the content, or ``None`` if not known; the blob id is enough to verify a download.
        size: in bytes, or ``None`` if not known.
    """

    split: str
    repository: str
    commit: str
    path: str
    blob: str
    sha256: str | None = None
    size: int | None = None

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]

    @property
    def address(self) -> str:
        """Where it is fetched."""
        return f"https://raw.githubusercontent.com/{self.repository}/{self.commit}/{self.path}"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A public set of problems.

    Attributes:
        name: as typed on the command line.
        title: as its authors write it.
        language: ``"zh"`` or ``"en"``.
        licence: as stated by its distributor.
        citation: the paper to cite.
        reader: ``module:function`` from a raw row to a Problem; imported on use.
        files: what there is to download.
        rows: split -> number of rows as published (a file may still lack a split that was published).
        note: what one should know before using it, or empty.
    """

    name: str
    title: str
    language: str
    licence: str
    citation: str
    reader: str
    files: tuple[DataFile, ...]
    rows: Mapping[str, int] = field(default_factory=dict)
    note: str = ""

    def load_reader(self) -> Reader:
        """Import the function that reads this set's rows."""
        module, _, name = self.reader.partition(":")
        reader: Reader = getattr(import_module(module), name)
        return reader


_APE = ("Chenny0808/ape210k", "52c52ebb517fdcd3dc69e908cc45f8bb0a121094")
_MATH23K = ("SCNU203/Math23k", "b1135a5dddc77bcc30b4e8b021b25c68d6e15dea")
_GSM8K = ("openai/grade-school-math", "3101c7d5072418e28b9008a6636bde82a006892c")
_SVAMP = ("arkilpatel/SVAMP", "689d7ccac74b9983a2ac7cc3b264f441b99e7c53")
_MAWPS = ("LYH-YF/MWPToolkit", "0993beb336c286a0f974d58834e932cf65e32249")
_CMATH = ("XiaoMi/cmath", "9fa13ef0b2d03f5a18c1ace7001248d3981d65ea")
_CMATH_TEST = ("deepseek-ai/DeepSeek-Math", "b8b0f8ce093d80bf8e9a641e44142f06d092c305")
_READERS = "mwp_solver.corpus.readers"

_SETS = (
    DataSet(
        "ape210k",
        "Ape210K",
        "zh",
        "MIT",
        "Zhao et al., Ape210K: A Large-Scale and Template-Rich Dataset of Math Word Problems, arXiv 2009.11506",
        f"{_READERS}.ape210k:read_row",
        (
            DataFile("train", *_APE, "data/train.ape.json", "6713c82ee3b593c92ce9f8420e38911253fdc3ea"),
            DataFile(
                "valid",
                *_APE,
                "data/valid.ape.json",
                "98baa7ba095f0bd0de5c6aa884d2836a1de2ca3a",
                "4dd04177b44ba930d4a318934fe8c0de9fb2c510825a27dd2129280c1a2a5df1",
            ),
            DataFile(
                "test",
                *_APE,
                "data/test.ape.json",
                "43a02df470c702b41c1a98b86e78eb9c76258265",
                "4e0f7da10a6acad5f16eb8572b153dcc9e164ec054f9ab402f2c07f14c80465b",
            ),
        ),
        {"train": 200_288, "valid": 5_000, "test": 5_000},
    ),
    DataSet(
        "math23k",
        "Math23K",
        "zh",
        "MIT",
        "Wang, Liu, Shi, Deep Neural Solver for Math Word Problems, EMNLP 2017",
        f"{_READERS}.math23k:read_row",
        (
            DataFile("train", *_MATH23K, "math23k_train.json", "c75bed56d6ecf206b779b6083bd0e41150722efe"),
            DataFile(
                "test",
                *_MATH23K,
                "math23k_test.json",
                "444e4774ad21a232aa6b3c96d90f66853a4c0816",
                "3145d8f3eb33f3befc85e1023886b6b2c10eb40279068e989cd6cd7e56e6b8d0",
            ),
        ),
        {"train": 21_162, "valid": 1_000, "test": 1_000},
        "23,162 in all; the valid part of the public split is no file of its own here.",
    ),
    DataSet(
        "gsm8k",
        "GSM8K",
        "en",
        "MIT",
        "Cobbe et al., Training Verifiers to Solve Math Word Problems, arXiv 2110.14168",
        f"{_READERS}.gsm8k:read_row",
        (
            DataFile(
                "train",
                *_GSM8K,
                "grade_school_math/data/train.jsonl",
                "7d97154b91aef28d01c3301741c81ce90039a4b1",
                "17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465",
            ),
            DataFile(
                "test",
                *_GSM8K,
                "grade_school_math/data/test.jsonl",
                "e4c2ff4942b9a78bd74f04141224c11e28d12dc9",
                "3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14",
            ),
        ),
        {"train": 7_473, "test": 1_319},
        "Equations are chained from the calculator annotations; where these do not chain there is none.",
    ),
    DataSet(
        "svamp",
        "SVAMP",
        "en",
        "MIT",
        "Patel et al., Are NLP Models really able to Solve Simple Math Word Problems?, NAACL 2021",
        f"{_READERS}.svamp:read_row",
        (
            DataFile(
                "all",
                *_SVAMP,
                "SVAMP.json",
                "aad093525105c6331581d7082250b9c22578271e",
                "5be77703a6d891ae476d7c082787ad361392aa02453b132516cdd5f4e7934e3e",
            ),
        ),
        {"all": 1_000},
    ),
    DataSet(
        "mawps",
        "MAWPS",
        "en",
        "MIT",
        "Koncel-Kedziorski et al., MAWPS: A Math Word Problem Repository, NAACL 2016",
        f"{_READERS}.mawps:read_row",
        (
            DataFile(
                "all",
                *_MAWPS,
                "dataset/mawps/MAWPS.json",
                "b772986f5cdbb3c7aac864df59b963a6326b183e",
                "00fbff19273045bba127ea4e881e381c813b4c452c139cf2c5c996addf131e9a",
            ),
        ),
        {"all": 2_373},
        "As MWPToolkit distributes it.",
    ),
    DataSet(
        "cmath",
        "CMATH",
        "zh",
        "CC BY 4.0",
        "Wei et al., CMATH: Can Your Language Model Pass Chinese Elementary School Math Test?, arXiv 2306.16636",
        f"{_READERS}.cmath:read_row",
        (
            DataFile(
                "valid",
                *_CMATH,
                "datasets/cmath_dev.jsonl",
                "dd2fdb84a9b75e47aed1a3795431dd088181659d",
                "b9c6333a31fd740e7f5b5a71022bd59e00748798a3377364346d280549b25e3b",
            ),
            DataFile(
                "test",
                *_CMATH_TEST,
                "evaluation/datasets/cmath/test.jsonl",
                "409bd40940f1821b0f828d8e9e2a6e9a7e52d923",
                "cabe17c127c3227912b3384f4755e180f3aa0d9e5865677e7e5e223439bf15eb",
            ),
            DataFile(
                "distractor",
                *_CMATH,
                "datasets/distractor.jsonl",
                "26cdccaba6ae59c504dc353bb3d7267f54a4da5d",
                "6970b6f0c1770ac73a1a78efbc0980ad5d4437d0fac21eb3d645dc2be4933c31",
            ),
        ),
        {"valid": 600, "test": 1_098},
        "Graded 1 to 6, without equations: for measuring, not for training.",
    ),
)

DATA_SETS: Mapping[str, DataSet] = {data_set.name: data_set for data_set in _SETS}
"""Every set that can be downloaded and read, by name."""


def find_data_set(name: str) -> DataSet:
    """The set of that name.

    Raises:
        DataError: if there is none; the message names the one that is near, else all.
    """
    if name.casefold() in DATA_SETS:
        return DATA_SETS[name.casefold()]
    near = get_close_matches(name.casefold(), DATA_SETS, n=1) or list(DATA_SETS)
    raise DataError(f"no data set {name}; there is {', '.join(near)}")
