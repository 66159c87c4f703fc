"""Every default of the package: frozen option objects, overridden with ``dataclasses.replace``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on an expression, each checked before the work it guards."""

    characters: int = 400
    """longest text, in characters"""
    tokens: int = 256
    """most tokens"""
    depth: int = 32
    """deepest nesting; brackets, unary signs and operators all count"""
    digits: int = 24
    """most digits in one number literal"""
    exponent: int = 64
    """largest absolute integer exponent"""
    bits: int = 2048
    """most bits in a value's numerator or denominator"""


@dataclass(frozen=True, slots=True)
class EncodingOptions:
    """How a question and its expression are written for the model; kept in the checkpoint's manifest."""

    number_encoding: str = "anchored"
    """anchored: expressions point at numbers by sentinels; literal: digits are copied one by one"""
    chinese_numerals: bool = True
    """treat numerals written in Chinese (三, 十二, 五分之二) as quantities too"""
    english_numerals: bool = True
    """likewise in English (three, twenty-six, two thirds)"""

    def __post_init__(self) -> None:
        if self.number_encoding not in ("anchored", "literal"):
            raise ValueError("number_encoding must be anchored or literal")


@dataclass(frozen=True, slots=True)
class ModelSize:
    """Shape of an mT5-architecture network (T5 v1.1 blocks: gated GELU, RMS norm, relative positions)."""

    d_model: int
    d_kv: int
    d_ff: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    vocab_size: int


PRESETS = {
    # deep encoder, shallow decoder: targets are a tenth of the work and decoding is what users wait for
    "test": ModelSize(32, 8, 64, 2, 1, 1, 420),
    "tiny": ModelSize(128, 32, 256, 4, 2, 1, 4000),
    "small": ModelSize(256, 64, 768, 4, 4, 2, 6000),
    "base": ModelSize(384, 64, 1024, 6, 8, 2, 8000),
}


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Everything a training run depends on; saved with it."""

    data: tuple[str, ...]
    """problem files to train on (JSONL, CSV or Parquet)"""
    output: str
    """directory of the run: checkpoints, metrics, state to resume from"""
    validation: tuple[str, ...] = ()
    """held-out problem files; the best checkpoint is chosen by value accuracy on them"""
    model: str | None = None
    """checkpoint to fine-tune (default: the one that comes with the package); without it a fresh network is made"""
    preset: str = "small"
    """size of a fresh network"""
    number_encoding: str = "anchored"
    """anchored or literal"""
    chinese_numerals: bool = True
    """anchor numerals written in Chinese too"""
    english_numerals: bool = True
    """anchor numbers written in English words too"""
    bank_ratio: float = 0.0
    """share of each epoch drawn fresh from the template bank, from 0 to below 1"""
    perturbation: float = 0.5
    """chance that a training example shows other numbers than its row's"""
    equation_variants: float = 0.0
    """chance that a training example's terms and factors are written in another order, the value unchanged"""
    normalize_equations: bool = False
    """write each equation's terms and factors in the order in which the question gives them (anchored numbers)"""
    subword_alpha: float = 0.0
    """above 0: cut inputs into pieces at random, by probability to this power (0.3 is mild, 0.1 strong)"""
    hidden_pieces: float = 0.0
    """chance that a piece of the input (no number, no sign) is shown as unknown"""
    answers_only: bool = False
    """learn from rows with an answer but no equation too: in rounds, find expressions that give the answer"""
    answers_rounds: int = 3
    """of --answers-only: times that equations are looked for and trained on, --steps each"""
    answers_beam: int = 10
    """of --answers-only: expressions looked for by beam search, a row"""
    answers_samples: int = 10
    """of --answers-only: expressions drawn besides, a row"""
    answers_least: float = 0.01
    """of --answers-only: smallest probability that the network must give an expression that is right by value"""
    steps: int = 10_000
    """optimiser steps"""
    batch_size: int = 64
    """problems a step, over all processes and accumulation"""
    gradient_accumulation: int = 1
    """pieces that a step's batch is split into"""
    learning_rate: float = 8e-4
    """peak rate, of AdamW and (matched in update size) of Muon"""
    optimizer: str = "muon"
    """muon: Muon for hidden matrices, AdamW for the rest; adamw: AdamW for all"""
    weight_decay: float = 0.01
    """decoupled decay of matrices"""
    warmup: int = 300
    """steps of linear rise of the rate"""
    decay: float = 0.5
    """last share of the run over which the rate falls linearly to 0"""
    dropout: float = 0.1
    """of the network, in training"""
    label_smoothing: float = 0.0
    """share of probability given to all tokens alike"""
    focal: float = 0.0
    """above 0: tokens already well known count less, by (1 - probability) to this power (focal loss)"""
    family_weight: float = 0.0
    """0: all problems count alike; 1: all families (or, unnamed, kinds of equation) do; between: in between"""
    logit_adjustment: float = 0.0
    """above 0: logits are adjusted in training by how families are over-represented, this strongly (1 is full)"""
    ema: float = 0.0
    """above 0: decay of a moving average of the weights, which is evaluated and saved in their place (0.999)"""
    teaforn_passes: int = 1
    """decoder passes of TeaForN; 1 is plain teacher forcing"""
    teaforn_discount: float = 0.5
    """weight of each pass's loss against the pass before"""
    teaforn_top_k: int = 0
    """0 feeds hidden states to the next pass; k the expected embedding over the k most probable tokens"""
    teaforn_gradients: bool = True
    """let gradients flow from pass to pass"""
    gradient_clip: float = 1.0
    """largest norm of the gradient"""
    evaluate_every: int = 1000
    """steps between evaluations"""
    patience: int = 0
    """above 0: stop after so many evaluations in a row without a better value accuracy"""
    save_every: int = 250
    """steps between saved states"""
    keep_last: int = 0
    """evaluated checkpoints kept as OUTPUT/step-N besides best and last, for mwp-solver average"""
    seed: int = 0
    """of shuffling, perturbation, dropout and initial weights"""
    precision: str = "bf16"
    """bf16 (autocast) or fp32; fp16 overflows in mT5"""
    compile_: bool = False
    """train by torch.compile: needs a C++ compiler and one to three minutes at every start; steps are then 1.3 times as
    fast on a CPU"""

    def __post_init__(self) -> None:
        if not self.data:
            raise ValueError("--data: name at least one file of problems")
        if self.preset not in PRESETS:
            raise ValueError(f"--preset: choose one of {', '.join(PRESETS)}")
        if self.number_encoding not in ("anchored", "literal"):
            raise ValueError("--number-encoding: choose anchored or literal")
        if self.optimizer not in ("muon", "adamw"):
            raise ValueError("--optimizer: choose muon or adamw")
        if self.precision not in ("bf16", "fp32"):
            raise ValueError("--precision: choose bf16 or fp32; fp16 overflows in mT5")
        if not 0 <= self.subword_alpha <= 1:
            raise ValueError("--subword-alpha: from 0 (off) to 1")
        if not 0 <= self.hidden_pieces < 1:
            raise ValueError("--hidden-pieces: a chance from 0 to below 1")
        if not 0 <= self.equation_variants <= 1:
            raise ValueError("--equation-variants: a chance from 0 to 1")
        for name in ("focal", "family_weight", "logit_adjustment"):
            if getattr(self, name) < 0:
                raise ValueError(f"--{name.replace('_', '-')}: 0 (off) or more")
        if not 0 <= self.ema < 1:
            raise ValueError("--ema: a decay from 0 (off) to below 1")
        if not 0 <= self.answers_least <= 1:
            raise ValueError("--answers-least: a probability from 0 to 1")
        if self.answers_samples < 0:
            raise ValueError("--answers-samples: a number of expressions, 0 or more")
        if self.patience < 0:
            raise ValueError("--patience: a number of evaluations, 0 (off) or more")
        if self.patience and not self.validation:
            raise ValueError("--patience: early stopping goes by --validation; name a held-out file")
        if self.keep_last < 0:
            raise ValueError("--keep-last: a number of checkpoints, 0 or more")
        if not 0 <= self.bank_ratio < 1:
            raise ValueError("--bank-ratio: a share from 0 to below 1")
        if self.batch_size % self.gradient_accumulation:
            raise ValueError("--gradient-accumulation: must divide --batch-size")
        for name in (
            "steps",
            "batch_size",
            "gradient_accumulation",
            "evaluate_every",
            "save_every",
            "teaforn_passes",
            "answers_rounds",
            "answers_beam",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"--{name.replace('_', '-')}: must be at least 1")

    @property
    def encoding(self) -> EncodingOptions:
        """The part that a checkpoint carries along."""
        return EncodingOptions(self.number_encoding, self.chinese_numerals, self.english_numerals)


MAX_BEAM = 64
UNSURE_BELOW = 0.5
"""confidence below which an answer is shown as not sure, where neither the options nor the model say another"""
METHODS = ("greedy", "beam", "vote", "sample-vote", "teaforn")


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """How a problem is solved; every result carries the options that made it."""

    method: str = "vote"
    """greedy: the most probable output; beam: the most probable of a beam that has a value; vote: candidates of
    equal value pool their probability first; sample-vote: outputs drawn at random vote, each alike; teaforn: a beam
    weighed by the TeaForN objective (torch backend only)"""
    beam_size: int = 5
    """candidates kept while writing, or outputs drawn by sample-vote (the greedy method keeps 1)"""
    n_best: int = 5
    """candidates that each network returns, at most beam_size"""
    temperature: float = 0.7
    """of sample-vote: below 1 the probable is drawn more often than by its probability, above 1 less often"""
    seed: int = 0
    """of sample-vote; the same seed gives the same outputs for a question, whatever is solved beside it"""
    teaforn_passes: int = 2
    """decoder passes that the teaforn method weighs candidates by; 1 is the plain beam"""
    teaforn_discount: float = 0.5
    """of the teaforn method: weight of each pass against the pass before"""
    teaforn_top_k: int = 0
    """of the teaforn method: 0 feeds hidden states to the next pass, k the expected embedding over the k most
    probable tokens"""
    reranker: bool = True
    """order the values of vote and sample-vote by the model's own re-ranker, if it has one, in place of the rules"""
    rules: tuple[str, ...] = ("negative", "nothing", "part_of_a_whole_thing", "above_all", "copied", "endless")
    """rules of mwp_solver.solving.plausible; a result that breaks one counts less"""
    rule_penalty: float = 0.05
    """what a candidate's probability is multiplied by for each rule its result breaks"""
    unused_penalty: float = 0.6
    """what it is multiplied by for each number in digits that the expression leaves unused"""
    reading: bool = True
    """where the words of the question contradict the value that vote or sample-vote chose, take the first that they
    bear out; an answer that they contradict is not sure"""
    unsure_below: float | None = None
    """confidence below which an answer is shown as not sure, with its alternatives; by default what the model's
    calibration states, without one 0.5"""
    screen: bool = True
    """say of what is no problem that it is none, and compute plain expressions, without asking the network"""
    max_length: int = 64
    """longest output in tokens"""
    batch_size: int = 32
    """problems decoded together"""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"method must be one of {', '.join(METHODS)}")
        least = {"beam_size": 1, "n_best": 1, "max_length": 1, "batch_size": 1, "teaforn_passes": 1}
        for name, bound in {**least, "teaforn_top_k": 0, "seed": 0}.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < bound:
                raise ValueError(f"{name} must be a whole number of at least {bound}")
        if not 0.01 <= self.temperature <= 10:
            raise ValueError("temperature must be from 0.01 to 10")
        if not 0 <= self.teaforn_discount <= 1:
            raise ValueError("teaforn_discount must be from 0 to 1")
        if self.unsure_below is not None and not 0 <= self.unsure_below <= 1:
            raise ValueError("unsure_below must be from 0 to 1")
        if self.beam_size > MAX_BEAM:
            raise ValueError(f"beam_size must not be above {MAX_BEAM}")
        if self.n_best > self.beam_size:
            raise ValueError("n_best must not be above beam_size")


@dataclass(frozen=True, slots=True)
class PageOptions:
    """How the web page is served, and the bounds that its server checks."""

    host: str = "127.0.0.1"
    """address to listen on"""
    port: int = 7860
    """port to listen on; 0 takes any free one"""
    feedback: bool | None = None
    """keep corrections that readers send in; None: only where the page is for this machine alone"""
    feedback_file: str | None = None
    """SQLite file of corrections; None: the user's own data folder"""
    auth: str | None = None
    """user:password that every request must bring, or None"""
    queue: int = 32
    """requests waiting at most; further ones are told that the page is busy"""
    sessions: int = 300
    """open pages whose state is kept (the score of their practice); the one not used for longest is forgotten first"""
    body: int = 1 << 20
    """longest request body in bytes, uploads aside"""
    upload: int = 12 << 20
    """largest upload in bytes"""
    uploads: int = 64 << 20
    """bytes of uploads and downloads kept at one time; beyond that the page is busy"""
    kept: int = 900
    """seconds after which an upload or a file to download is removed at the latest"""
    sheet_rows: int = 1000
    """most rows of a sheet"""
    sheet_bytes: int = 2 << 20
    """largest sheet in bytes"""
    photo_pixels: int = 64_000_000
    """most pixels of a photograph"""
    corrections: int = 100_000
    """most corrections that are kept"""

    def __post_init__(self) -> None:
        user, _, password = (self.auth or "").partition(":")
        if self.auth is not None and not (user and password):
            raise ValueError("--auth: write user:password")


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """Where and how Ray solves a batch; no prediction depends on it."""

    ray_address: str | None = None
    """cluster that this machine belongs to (auto, or host:port); without it RAY_ADDRESS, else Ray on this machine"""
    actor_cpus: float = 1.0
    """CPUs that each of Ray's actors takes"""
    actor_gpus: float = 0.0
    """GPUs that each of Ray's actors takes; it may be a share of one"""
    block_retries: int = 3
    """how often a block of rows is tried again by Ray when its actor died or failed"""

    def __post_init__(self) -> None:
        for name in ("actor_cpus", "actor_gpus", "block_retries"):
            if getattr(self, name) < 0:
                raise ValueError(f"--{name.replace('_', '-')}: must not be below 0")
