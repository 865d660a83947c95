"""The house rules: which way imports run, what loads what, and that papers, packages and program tell the same."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import rag
from rag.commands import app as commands

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")
ROOMS = ("index", "rag", "eval", "training", "app")
ABOVE = {
    "index": {"rag", "eval", "app", "training"},
    "rag": {"eval", "app", "training"},
    "eval": {"app", "training"},
    "training": {"rag", "eval", "app"},
    "app": {"eval", "training"},
}
HEAVY = {"torch", "transformers", "sentence_transformers", "llama_index", "gradio", "pandas", "matplotlib"}


def sources(room: str) -> list[Path]:
    return [ROOT / "app.py"] if room == "app" else sorted((ROOT / room).rglob("*.py"))


def imported(nodes: Iterator[ast.AST]) -> set[str]:
    """The top-level modules that import statements among `nodes` name."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
    return found


def at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when the module is imported: no bodies of functions, nothing for type checkers only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from at_import(node)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


# -- rooms -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room: str) -> None:
    assert sources(room)
    wrong = {str(p): found for p in sources(room) if (found := imported(ast.walk(parsed(p))) & ABOVE[room])}
    assert not wrong


def test_llama_index_has_at_most_two_files() -> None:
    """Beside the one in which it is measured, as a peer."""
    peer = ROOT / "eval" / "peers" / "llamaindex.py"
    product = [p for room in ROOMS for p in sources(room) if p != peer]
    users = [p for p in product if "llama_index" in imported(ast.walk(parsed(p)))]
    assert len(users) <= 2
    assert all(p.is_relative_to(ROOT / "rag") for p in users)


@pytest.mark.parametrize("room", ["index", "rag", "app"])
def test_nothing_heavy_is_imported_by_importing(room: str) -> None:
    wrong = {str(p): found for p in sources(room) if (found := imported(at_import(parsed(p))) & HEAVY)}
    assert not wrong


def test_importing_rag_loads_nothing_heavy_and_prints_nothing(tmp_path: Path) -> None:
    code = "import sys, rag, app; print(' '.join({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1
    assert not HEAVY & set(done.stdout.split())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("room", ROOMS)
def test_modules_are_named_after_what_they_hold(room: str) -> None:
    names = {p.stem for p in sources(room)}
    assert not {
        name for name in names if re.fullmatch(r"utils?|base|managers?|faiss|datasets|helpers?|common|misc", name)
    }


@pytest.mark.parametrize("room", ["index", "rag", "eval"])
def test_what_is_imported_is_declared(room: str) -> None:
    """Every third-party package that a room imports is a dependency of the project, or of an extra for its users."""
    distributions = importlib.import_module("importlib.metadata").packages_distributions()
    extras = PROJECT["project"]["optional-dependencies"]
    needs = [*PROJECT["project"]["dependencies"], *extras["llm"], *extras["mcp"], *extras["eval"], *extras["peers"]]
    declared = {normal(re.match(r"[\w.-]+", need)[0]) for need in needs}  # type: ignore[index]
    # What sentence-transformers and model2vec stand on; importing them is importing these.
    declared |= {"torch", "transformers", "tokenizers", "safetensors", "huggingface-hub"}
    found = set().union(*(imported(ast.walk(parsed(p))) for p in sources(room)))
    outside = found - set(sys.stdlib_module_names) - set(ROOMS) - {"__future__"}
    assert not {name for name in outside if not {normal(d) for d in distributions.get(name, [name])} & declared}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# -- what is offered ---------------------------------------------------------------------------------------------------


def test_rag_offers_what_it_says() -> None:
    public = {
        n for n, v in vars(rag).items() if n[0] != "_" and getattr(v, "__module__", "").startswith(("rag", "index"))
    }
    assert set(rag.__all__) == public
    assert rag.__all__ == sorted(rag.__all__)
    errors = importlib.import_module("index.errors")
    kinds = {n for n, v in vars(errors).items() if isinstance(v, type) and issubclass(v, errors.IsnadError)}
    assert kinds <= set(rag.__all__)


def test_the_version_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    from rag.terminal import run

    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"isnad {PROJECT['project']['version']}\n"


def options() -> list[tuple[str, Any]]:
    root = get_command(commands)
    assert hasattr(root, "commands")
    found = [("", parameter) for parameter in root.params]
    return found + [(name, parameter) for name, command in root.commands.items() for parameter in command.params]


def test_every_command_has_help_and_stands_in_the_readme() -> None:
    root = get_command(commands)
    assert hasattr(root, "commands")
    assert set(root.commands) == {
        "index",
        "ask",
        "chat",
        "search",
        "status",
        "remove",
        "check",
        "serve",
        "eval",
        "feedback",
        "backup",
    }
    for name, command in root.commands.items():
        assert command.help, name
        assert f"`isnad {name}" in README


@pytest.mark.parametrize(("command", "parameter"), options(), ids=lambda v: v if isinstance(v, str) else v.name)
def test_every_option_has_help_and_stands_in_the_readme(command: str, parameter: Any) -> None:
    assert parameter.help or parameter.name == "help"
    if parameter.param_type_name == "option":
        assert any(re.search(rf"`[^`\n]*{re.escape(name)}\b", README) for name in parameter.opts)


def test_the_snippets_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snippets = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert snippets
    (tmp_path / "seeds").mkdir()
    for seed in (ROOT / "seeds").iterdir():
        (tmp_path / "seeds" / seed.name).write_bytes(seed.read_bytes())
    monkeypatch.chdir(tmp_path)
    for number, snippet in enumerate(snippets):
        exec(compile(snippet, f"README.md, snippet {number}", "exec"), {})


def test_the_answer_in_the_readme_is_what_the_program_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from rag.terminal import run

    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("ISNAD_LIBRARY", str(tmp_path / "library"))
    console = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)[0]
    told = ""
    for command in re.findall(r"^\$ isnad (.*)$", console, re.MULTILINE):
        capsys.readouterr()
        assert run(shlex.split(command)) == 0
        told += f"$ isnad {command}\n{capsys.readouterr().out}"
    vary = re.compile(r"[\d.]+ s;|confidence \d+%")
    assert vary.sub("", told) == vary.sub("", console)


PAGES = [*ROOT.glob("*.md"), *(p for room in ("docs", *ROOMS) for p in (ROOT / room).rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
        assert "://" in target or (page.parent / target).exists(), target


# -- packaging ---------------------------------------------------------------------------------------------------------


def test_all_packages_and_their_data_are_shipped() -> None:
    settings = PROJECT["tool"]["setuptools"]
    rooms = [ROOT / name for name in ("index", "rag", "eval")]
    packages = {
        str(p.parent.relative_to(ROOT)).replace(os.sep, ".") for room in rooms for p in room.rglob("__init__.py")
    }
    assert packages == set(settings["packages"])
    shipped = {
        path
        for package, patterns in settings["package-data"].items()
        for p in patterns
        for path in (ROOT / package).glob(p)
    }
    for room in rooms:
        data = {p for p in room.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")}
        assert data <= shipped, data - shipped


def test_the_tested_set_fits_the_ranges() -> None:
    from packaging.requirements import Requirement

    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))
    versions = {normal(name): version for name, version in pinned.items()}
    extras = PROJECT["project"]["optional-dependencies"]
    for need in map(
        Requirement, [*PROJECT["project"]["dependencies"], *(need for extra in extras.values() for need in extra)]
    ):
        assert need.specifier.contains(versions[normal(need.name)]), need
    assert versions["torch"] == "2.13.0"
    assert not [version for version in versions.values() if "+" in version]


@pytest.mark.parametrize("target", ["ask", "test", "lint", "chat", "eval"])
def test_make_knows_its_targets(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(rf"^{target}: \$\(READY\)$", makefile, re.MULTILINE)
    assert re.search(rf"^\.PHONY:.*\b{target}\b", makefile, re.MULTILINE)


def test_ci_runs_what_make_offers() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert {"make test", "make lint"} <= set(script.read_text("utf-8").splitlines())
