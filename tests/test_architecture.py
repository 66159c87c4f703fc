"""The law of the house: who may import whom, what is imported late, what is never called.

Read from the sources with ``ast``; nothing is imported but in the test of what an import brings along.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "mwp_solver"

# From the ground up: floors, and on each floor its shelves. A module stands where its longest prefix stands
# here. It may import from its own package (without circles) and from every shelf below, never from beside it.
FLOORS = [
    [["", "errors", "options", "problem", "resources"]],  # "" is mwp_solver itself
    [["expression", "text", "english_numerals"], ["quantities"], ["anchoring"], ["answers"]],
    [["corpus", "model"]],
    [["solving"]],
    [["scoring"], ["batch", "reporting"]],
    [["export"], ["training"]],
    [["web"], ["cli"], ["__main__"]],
]
PLACE = {
    name: (floor, shelf)
    for floor, shelves in enumerate(FLOORS)
    for shelf, names in enumerate(shelves)
    for name in names
}
# Inside a package: who stands below whom.
BELOW = [
    ("expression.syntax", "expression"),
    ("corpus.readers", "corpus"),
    ("model.tokenizer", "model.backends"),
    ("model.checkpoint", "model.backends"),
    ("solving.rerank", "solving.solver"),
    ("solving.screening", "solving.solution"),
    ("solving.reading", "solving.solution"),
    ("solving.solution", "solving.solver"),
    ("solving.solver", "solving.check"),
    ("cli.errors", "cli"),
]
HEAVY = {
    *("torch", "transformers", "ctranslate2", "sympy", "gradio", "ray", "matplotlib", "yaml", "pyarrow"),
    *(
        "rapidocr",
        "onnxruntime",
        "PIL",
        "accelerate",
        "sentencepiece",
        "safetensors",
        "tokenizers",
        "numpy",
        "cn2an",
        "pandas",
        "scipy",
    ),
}
# Names that run text as a program, whoever they come from.
TEXT_READERS = {"sympify", "parse_expr", "lambdify", "nsimplify", "literal_eval"}
FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__"} | TEXT_READERS
FORBIDDEN_MODULES = {"pickle", "_pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
FORBIDDEN_ATTRIBUTES = {"unsafe_load", "full_load"} | TEXT_READERS
FORBIDDEN_DOTTED = {
    *("torch.load", "numpy.load", "np.load", "pd.read_pickle", "pandas.read_pickle", "sympy.S"),
    *("builtins.eval", "builtins.exec", "__builtins__.eval", "sympy.sympify", "os.system", "os.popen"),
}


def sources() -> dict[str, Path]:
    """Every module of the package by its name below ``mwp_solver`` (``""`` is the package)."""
    found = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT / PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


SOURCES = sources()


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def statements(node: ast.AST, *, late: bool) -> Iterator[ast.AST]:
    """All nodes below a node that run; with ``late``, also those inside functions."""
    for child in ast.iter_child_nodes(node):
        if is_type_checking(child):
            assert isinstance(child, ast.If)
            for other in child.orelse:
                yield other
                yield from statements(other, late=late)
            continue
        if not late and isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        yield child
        yield from statements(child, late=late)


def imported(source: str, *, late: bool) -> set[tuple[str, str]]:
    """The (module, name) pairs that a source imports; the name is empty for ``import module``."""
    pairs = set()
    for node in statements(ast.parse(source), late=late):
        if isinstance(node, ast.Import):
            pairs |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            pairs |= {(node.module or "", alias.name) for alias in node.names}
    return pairs


def own_imports(source: str, modules: set[str]) -> set[str]:
    """The package's own modules that a source imports, also late, by their names below the package."""
    found = set()
    for module, name in imported(source, late=True):
        if module == PACKAGE or module.startswith(PACKAGE + "."):
            below = module[len(PACKAGE) + 1 :]
            longer = f"{below}.{name}".lstrip(".")
            found.add(longer if name and longer in modules else below)
    return found


def place(module: str) -> tuple[str, tuple[int, int]]:
    """The prefix that a module stands under, and where that is."""
    prefix = module
    while prefix not in PLACE:
        if "." not in prefix:
            pytest.fail(f"mwp_solver/{module}.py has no floor; add it to FLOORS and to the README's layout")
        prefix = prefix.rpartition(".")[0]
    return prefix, PLACE[prefix]


def offences(module: str, targets: set[str]) -> list[str]:
    prefix, own = place(module)
    bad = []
    for target in targets:
        other_prefix, other = place(target)
        if other_prefix != prefix and other >= own:
            # On the ground floor all stand on one shelf, but none knows another than errors.
            if own == other == (0, 0) and target in ("errors", ""):
                continue
            bad.append(f"{module} imports {target}")
    return bad


def circle(graph: dict[str, set[str]]) -> list[str] | None:
    """One circle of a graph, or ``None``."""
    done: set[str] = set()

    def walk(node: str, path: list[str]) -> list[str] | None:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return None
        for target in sorted(graph.get(node, ())):
            if found := walk(target, [*path, node]):
                return found
        done.add(node)
        return None

    for node in sorted(graph):
        if found := walk(node, []):
            return found
    return None


GRAPH = {name: own_imports(path.read_text(encoding="utf-8"), set(SOURCES)) for name, path in SOURCES.items()}


@pytest.mark.parametrize("module", SOURCES, ids=lambda module: module or PACKAGE)
def test_imports_go_down(module: str) -> None:
    assert offences(module, GRAPH[module]) == []


def test_every_import_names_a_module_that_is_there() -> None:
    assert {target for targets in GRAPH.values() for target in targets} <= set(SOURCES)


def test_no_circles() -> None:
    assert circle(GRAPH) is None


@pytest.mark.parametrize(("lower", "upper"), BELOW)
def test_order_inside_a_package(lower: str, upper: str) -> None:
    inside = {module for module in GRAPH if module == lower or module.startswith(lower + ".")}
    assert inside, f"{lower} is gone; put BELOW in order"
    for module in inside:
        above = {
            target
            for target in GRAPH[module]
            if (target == upper or target.startswith(upper + ".")) and target not in inside
        }
        assert above == set(), module


def test_the_package_itself_imports_nothing() -> None:
    assert GRAPH[""] == set()


SCRIPTS = [path for path in [ROOT / "app.py", *sorted((ROOT / "evaluation").rglob("*.py"))] if path.exists()]
EVERYTHING = [*SOURCES.values(), *SCRIPTS]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_scripts_import_no_other_script(path: Path) -> None:
    tops = {module.split(".")[0] for module, _ in imported(path.read_text(encoding="utf-8"), late=True)}
    beside = {script.stem for script in SCRIPTS if script != ROOT / "evaluation" / "__init__.py"}
    assert tops & (beside | {"evaluation", "tests"}) == set()


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_heavy_packages_are_imported_late(path: Path) -> None:
    tops = {module.split(".")[0] for module, _ in imported(path.read_text(encoding="utf-8"), late=False)}
    assert tops & HEAVY == set()


def forbidden(source: str) -> list[str]:
    """Every use of something that runs text or loads objects."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [alias.name for alias in names if alias.name.split(".")[0] in FORBIDDEN_MODULES]
            case ast.ImportFrom(module=module, names=names):
                if (module or "").split(".")[0] in FORBIDDEN_MODULES:
                    found.append(str(module))
                for alias in names:
                    if alias.name in FORBIDDEN_NAMES or f"{module}.{alias.name}" in FORBIDDEN_DOTTED:
                        found.append(f"{module}.{alias.name}")
            case ast.Name(id=name) if name in FORBIDDEN_NAMES:
                found.append(name)
            case ast.Attribute(attr=name) if name in FORBIDDEN_ATTRIBUTES:
                found.append(name)
            case ast.Attribute() if ast.unparse(node) in FORBIDDEN_DOTTED:
                found.append(ast.unparse(node))
            case ast.Call(func=ast.Attribute(attr="eval" | "exec"), args=arguments) if arguments:
                found.append(ast.unparse(node))  # network.eval() sets a mode and takes nothing
            case ast.Constant(value="eval" | "exec" | "pickle" | "sympify" | "parse_expr" as name):
                found.append(repr(name))  # for getattr and import_module
            case ast.keyword(arg="allow_pickle", value=ast.Constant(value=True)):
                found.append("allow_pickle=True")
            case ast.keyword(arg="trust_remote_code", value=ast.Constant(value=True)):
                found.append("trust_remote_code=True")
            case ast.keyword(arg="shell", value=ast.Constant(value=True)):
                found.append("shell=True")
    return found


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_nothing_runs_text_or_loads_objects(path: Path) -> None:
    assert forbidden(path.read_text(encoding="utf-8")) == []


# The checks above must be able to see what they look for.


def test_the_walk_sees_the_package() -> None:
    assert {"", "cli.main", "expression.syntax", "quantities", "model.backends.torch"} <= set(SOURCES)
    assert GRAPH["expression.evaluate"] == {"errors", "expression.syntax", "options"}
    assert "text" in GRAPH["model.encoding"]


@pytest.mark.parametrize(
    ("source", "early", "anytime"),
    [
        ("import torch", {"torch"}, {"torch"}),
        ("import torch.nn as nn", {"torch.nn"}, {"torch.nn"}),
        ("from sympy import S", {"sympy"}, {"sympy"}),
        ("def f():\n    import torch", set(), {"torch"}),
        ("class A:\n    import yaml\n    def f(self):\n        import ray", {"yaml"}, {"yaml", "ray"}),
        ("try:\n    import torch\nexcept ImportError:\n    pass", {"torch"}, {"torch"}),
        ("if True:\n    import torch", {"torch"}, {"torch"}),
        ("if TYPE_CHECKING:\n    import torch", set(), set()),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import torch", {"torch"}, {"torch"}),
        ("def f():\n    if TYPE_CHECKING:\n        import torch\n    import ray", set(), {"ray"}),
    ],
)
def test_the_walk_sees_imports(source: str, early: set[str], anytime: set[str]) -> None:
    assert {module for module, _ in imported(source, late=False)} == early
    assert {module for module, _ in imported(source, late=True)} == anytime


@pytest.mark.parametrize(
    ("module", "source", "bad"),
    [
        ("expression.syntax", "from mwp_solver.errors import MWPError", 0),
        ("expression.syntax", "from mwp_solver.anchoring import resolve", 1),
        ("expression.syntax", "from mwp_solver import text", 1),
        ("text", "def f():\n    from mwp_solver.solving.solver import Solver", 1),
        ("text", "if TYPE_CHECKING:\n    from mwp_solver.solving.solver import Solver", 0),
        ("corpus.files", "from mwp_solver.model import encoding", 1),
        ("model.encoding", "import mwp_solver.corpus.files", 1),
        ("corpus.files", "from mwp_solver.corpus.registry import SETS", 0),
        ("solving.solver", "import mwp_solver.cli.main", 1),
        ("web.ui", "from mwp_solver.cli.errors import ReportingGroup", 1),
        ("cli.serve", "from mwp_solver.web import ui", 0),
        ("errors", "from mwp_solver.options import Limits", 1),
        ("problem", "from mwp_solver.errors import DataError", 0),
    ],
)
def test_the_law_sees_offences(module: str, source: str, bad: int) -> None:
    assert len(offences(module, own_imports(source, set(SOURCES)))) == bad


def test_the_law_sees_circles() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) is None
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"a"}}) == ["a", "a"]


@pytest.mark.parametrize(
    ("source", "bad"),
    [
        ("eval('1')", True),
        ("exec('1')", True),
        ("run = eval", True),
        ("compile('1', '', 'eval')", True),
        ("import builtins\nbuiltins.eval('1')", True),
        ("getattr(builtins, 'eval')('1')", True),
        ("import sympy\nsympy.sympify('1')", True),
        ("from sympy import sympify", True),
        ("from sympy.parsing.sympy_parser import parse_expr as p", True),
        ("from sympy import S", True),
        ("import sympy\nsympy.S('1')", True),
        ("import pickle", True),
        ("from pickle import loads", True),
        ("import_module('pickle')", True),
        ("import torch\ntorch.load('x')", True),
        ("from torch import load", True),
        ("frame.eval('a+b')", True),
        ("np.load('x', allow_pickle=True)", True),
        ("subprocess.run('ls', shell=True)", True),
        ("network.eval()", False),
        ("import re\nre.compile('x')", False),
        ("json.load(file)", False),
        ("evaluate('1')", False),
        ("'never eval text'", False),
        ("from safetensors.torch import load_file", False),
    ],
)
def test_the_search_sees_what_is_forbidden(source: str, bad: bool) -> None:
    assert bool(forbidden(source)) == bad


def test_importing_the_command_line_brings_nothing_heavy() -> None:
    code = f"import sys, mwp_solver.cli.main; print(*sorted(set({sorted(HEAVY)!r}) & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []
