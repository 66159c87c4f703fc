"""A cache of what the teacher sees in many texts, reduced to few dimensions and kept in half precision on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from mwp_solver.errors import DataError, ModelError
from mwp_solver.training.distillation.alignment import Span, spans_in_source, without_anchors
from mwp_solver.training.distillation.teacher import Teacher, Tokens

if TYPE_CHECKING:
    import numpy as np

LAYERS = (8, 12)
"""of multilingual-e5-small: what stands in the middle of it and at its end"""
DIMENSIONS = 256
SAMPLE = 3000
"""texts that the principal components are taken from"""
_TEXTS, _FEATURES, _INDEX = "texts.txt", "features.f16", "index.safetensors"


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Standardised features on their principal components, of mean 0 and of variance 1 on average.

    Attributes:
        mean, deviation: of each feature.
        matrix: (features, dimensions).
        kept: share of the variance that the components hold.
    """

    mean: np.ndarray
    deviation: np.ndarray
    matrix: np.ndarray
    kept: float

    def __call__(self, states: np.ndarray) -> np.ndarray:
        return ((states - self.mean) / self.deviation) @ self.matrix


def fit_projection(parts: Iterable[np.ndarray], dimensions: int) -> Projection:
    """The projection of states that come in parts of (tokens, features), to at most ``dimensions``."""
    import numpy as np

    count = 0
    total: Any = 0.0
    products: Any = 0.0
    for part in parts:
        wide = part.astype(np.float64)
        count, total, products = count + len(wide), total + wide.sum(0), products + wide.T @ wide
    mean = total / count
    covariance = products / count - np.outer(mean, mean)
    deviation = np.sqrt(np.clip(np.diag(covariance), 0, None)) + 1e-6
    sizes, vectors = np.linalg.eigh(covariance / np.outer(deviation, deviation))
    sizes, vectors = sizes[::-1][:dimensions], vectors[:, ::-1][:, :dimensions]
    matrix = vectors / np.sqrt(sizes.mean())
    kept = float(sizes.sum() / len(mean))
    return Projection(mean.astype(np.float32), deviation.astype(np.float32), matrix.astype(np.float32), kept)


@dataclass(frozen=True, slots=True, eq=False)
class FeatureCache:
    """Features of texts.

    Attributes:
        texts: the sources, with anchors.
        starts: where each text's tokens begin; one more than texts.
        spans: (tokens, 2), characters of the source under each of the teacher's tokens.
        features: (tokens, dimensions), half precision, on disk.
        teacher: its signature.
    """

    texts: list[str]
    starts: np.ndarray
    spans: np.ndarray
    features: np.ndarray
    teacher: str

    def spans_of(self, text: int) -> list[Span]:
        """Spans of a text's tokens."""
        return [(int(start), int(end)) for start, end in self.spans[self.starts[text] : self.starts[text + 1]]]


def write_features(
    texts: Sequence[str],
    teacher: Teacher,
    folder: Path,
    *,
    layers: Sequence[int] = LAYERS,
    dimensions: int = DIMENSIONS,
    sample: int = SAMPLE,
    batch_size: int = 64,
    seed: int = 0,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Projection:
    """Ask the teacher about each text and write a cache; states are held for one batch at a time.

    Args:
        texts: sources with anchors, which the teacher is not shown.
        teacher: whom to ask.
        folder: of the cache; the file that makes it whole is written last.
        layers: whose states are taken together.
        dimensions: of the features, at most.
        sample: texts, drawn by ``seed``, that the projection is fitted on.
        batch_size: texts at one time, of like length.
        seed: see ``sample``.
        report: called with texts done and texts in all.

    Returns:
        The projection, which stands in the cache too.

    Raises:
        DataError: if there is no text, or nothing but anchors in all.
        ModelError: if the teacher has not these layers.
    """
    import numpy as np
    from safetensors.numpy import save_file

    read, spans = [], []
    for first in range(0, len(texts), 1024):
        plain = [without_anchors(text) for text in texts[first : first + 1024]]
        tokens = teacher.tokens([text for text, _ in plain])
        read += tokens
        spans += [spans_in_source(one.spans, places) for one, (_, places) in zip(tokens, plain, strict=True)]
    starts = np.cumsum([0, *map(len, spans)])
    if not starts[-1]:
        raise DataError("there is no text to ask the teacher about")
    by_length = sorted(range(len(texts)), key=lambda index: len(read[index].ids))

    def states(indices: Sequence[int]) -> Iterable[tuple[list[int], list[np.ndarray]]]:
        for first in range(0, len(indices), batch_size):
            batch = list(indices[first : first + batch_size])
            yield batch, _kept_states(teacher, [read[index] for index in batch], layers)

    drawn = set(Random(seed).sample(range(len(texts)), min(sample, len(texts))))
    fitted = [index for index in by_length if index in drawn]
    projection = fit_projection((np.concatenate(parts) for _, parts in states(fitted)), dimensions)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _INDEX).unlink(missing_ok=True)
    shape = (int(starts[-1]), projection.matrix.shape[1])
    features = np.memmap(folder / _FEATURES, np.float16, "w+", shape=shape)
    done = 0
    for batch, parts in states(by_length):
        for index, part in zip(batch, parts, strict=True):
            features[starts[index] : starts[index + 1]] = projection(part)
        done += len(batch)
        report(done, len(texts))
    features.flush()
    (folder / _TEXTS).write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    tensors = {
        "starts": starts,
        "spans": np.array([span for of_text in spans for span in of_text], np.int32).reshape(-1, 2),
        "mean": projection.mean,
        "deviation": projection.deviation,
        "matrix": np.ascontiguousarray(projection.matrix),
    }
    save_file(tensors, folder / _INDEX, metadata={"teacher": teacher.signature, "layers": " ".join(map(str, layers))})
    return projection


def _kept_states(teacher: Teacher, batch: Sequence[Tokens], layers: Sequence[int]) -> list[np.ndarray]:
    states = teacher.states(batch, layers).numpy()
    return [states[row, tokens.kept] for row, tokens in enumerate(batch)]


def read_features(folder: Path) -> FeatureCache:
    """Open a cache; the features stay on disk.

    Raises:
        ModelError: if there is none, it is not whole, or its files do not belong together.
    """
    import numpy as np
    from safetensors import SafetensorError, safe_open

    remedy = "make it with evaluation/recipes/teacher_features.py"
    if not (folder / _INDEX).is_file():
        raise ModelError(f"{folder} holds no finished cache of features ({_INDEX} is missing); {remedy}")
    try:
        with safe_open(folder / _INDEX, "numpy") as file:
            index: dict[str, Any] = {name: file.get_tensor(name) for name in ("starts", "spans", "matrix")}
            teacher = (file.metadata() or {}).get("teacher", "")
        texts = (folder / _TEXTS).read_text(encoding="utf-8").split("\n")[:-1]
        shape = (len(index["spans"]), index["matrix"].shape[1])
        if len(texts) + 1 != len(index["starts"]) or (folder / _FEATURES).stat().st_size != 2 * shape[0] * shape[1]:
            raise ValueError("its files do not belong together")
        features = np.memmap(folder / _FEATURES, np.float16, "r", shape=shape)
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"{folder}: the cache of features cannot be read: {error}; {remedy}") from error
    return FeatureCache(texts, index["starts"], index["spans"], features, teacher)
