"""The rooms and the direction between them, held by reading the imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("annotations", "grading")
LONGEST_FILE = 400
# methods ← models ← access, forms, actions ← jobs ← views: each room with the rooms it may import
# besides itself. Access, forms and actions stand side by side; a form may ask an action, not the reverse.
ROOMS = {
    "methods": set(),
    "formats": {"methods"},
    "models": {"methods"},
    "access": {"models", "methods"},
    "forms": {"actions", "access", "models", "methods", "formats"},
    "actions": {"access", "models", "methods", "formats"},
    "jobs": {"actions", "access", "models", "methods", "formats"},
}
HEAVY = {"torch", "transformers", "peft", "accelerate"}


def python_files(*folders: str) -> list[Path]:
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return sorted(file for file in files if "migrations" not in file.parts)


@cache
def imports_of(file: Path) -> list[str]:
    """Dotted names of everything imported, also inside functions; typing-only imports count."""
    return list(_imports_of(file))


def _imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str | None:
    """ "annotations.models.team" → "models"; None outside the two apps."""
    parts = module.split(".")
    return parts[1] if parts[0] in APPS and len(parts) > 1 else None


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def violations(files: list[Path], is_wrong) -> list[str]:
    return [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in files
        for module in imports_of(file)
        if is_wrong(module)
    ]


def test_the_reader_of_imports_sees_what_it_should() -> None:
    found = imports_of(ROOT / "annotations/access.py")
    assert "django.http.Http404" in found
    assert "annotations.models.Team" in found


@pytest.mark.parametrize("app", APPS)
def test_methods_import_no_django_and_nothing_but_methods(app: str) -> None:
    def is_wrong(module: str) -> bool:
        top = module.split(".")[0]
        return top in ("django", "config") or (top in APPS and room_of(module) != "methods")

    assert violations(python_files(f"{app}/methods"), is_wrong) == []


def test_methods_read_no_clock_and_no_global_random_state() -> None:
    files = python_files("annotations/methods", "grading/methods")
    assert violations(files, lambda module: module.split(".")[0] in ("random", "time")) == []
    legacy = re.compile(
        r"np\.random\.(?!default_rng|Generator|SeedSequence|PCG64)\w+|datetime\.now"
    )
    found = {name_of(f): legacy.findall(f.read_text()) for f in files}
    assert {name: calls for name, calls in found.items() if calls} == {}


def test_annotations_never_imports_grading() -> None:
    files = python_files("annotations")
    assert violations(files, lambda module: module.split(".")[0] == "grading") == []


def test_annotations_never_reaches_grading_by_name() -> None:
    """Neither apps.get_model nor a dotted name in a string leads back."""
    back = re.compile(r"""get_model\(|["']grading\.""")
    wrong = {name_of(file): back.findall(file.read_text()) for file in python_files("annotations")}
    assert {name: found for name, found in wrong.items() if found} == {}


def url_names(app: str) -> set[str]:
    names: set[str] = set()
    for file in ROOT.glob(f"{app}/urls_*.py"):
        names |= set(re.findall(r"""name=["']([\w-]+)["']""", file.read_text()))
    return names


def test_pages_of_annotations_link_to_no_url_name_of_grading() -> None:
    names = url_names("grading") - url_names("annotations")
    assert names, "no names found: has the layout of the url files changed?"
    use = re.compile(r"""{%\s*url\s+["']([\w-]+)["']""")
    wrong = {
        str(file.relative_to(ROOT)): sorted(set(use.findall(file.read_text())) & names)
        for file in (ROOT / "templates/annotations").rglob("*.html")
    }
    assert {file: used for file, used in wrong.items() if used} == {}


def test_code_of_annotations_reverses_no_url_name_of_grading() -> None:
    names = url_names("grading") - url_names("annotations")
    use = re.compile(r"""(?:reverse|reverse_lazy|redirect)\(\s*["']([\w-]+)["']""")
    wrong = {
        str(file.relative_to(ROOT)): sorted(set(use.findall(file.read_text())) & names)
        for file in python_files("annotations")
    }
    assert {file: used for file, used in wrong.items() if used} == {}


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("room", list(ROOMS))
def test_imports_go_one_way_between_the_rooms(app: str, room: str) -> None:
    allowed = ROOMS[room] | {room}
    known = set(ROOMS) | {"views"}
    single = ROOT / app / f"{room}.py"
    files = [single] if single.exists() else python_files(f"{app}/{room}")
    wrong = violations(files, lambda module: room_of(module) in known - allowed)
    assert wrong == []


def test_only_the_backends_import_torch_and_transformers() -> None:
    files = [f for f in python_files(*APPS, "config") if "backends" not in f.parts]
    assert violations(files, lambda module: module.split(".")[0] in HEAVY) == []


def test_no_foreign_key_of_grading_leaves_a_way_back() -> None:
    """A reverse accessor on a model of annotations would let annotations reach grading."""
    from django.apps import apps

    back = [
        f"{model.__name__}.{relation.get_accessor_name()}"
        for model in apps.get_app_config("annotations").get_models()
        for relation in model._meta.related_objects
        if relation.related_model._meta.app_label == "grading"
    ]
    assert back == []


def test_no_file_is_longer_than_anybody_reads() -> None:
    files = python_files(*APPS, "config", "tests")
    files += [f for kind in ("css", "js") for f in (ROOT / "static").rglob(f"*.{kind}")]
    files += (ROOT / "templates").rglob("*.html")
    lengths = {str(f.relative_to(ROOT)): len(f.read_text().splitlines()) for f in files}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_there_are_no_signals_and_no_utils() -> None:
    files = python_files(*APPS)
    assert [f for f in files if f.stem in ("utils", "signals", "helpers")] == []
    assert violations(files, lambda module: module.startswith("django.dispatch")) == []


def test_templates_carry_no_scripts_or_handlers_of_their_own() -> None:
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|\son\w+=[\"']|javascript:"
    )
    wrong = {
        str(file.relative_to(ROOT)): inline.findall(file.read_text())
        for file in (ROOT / "templates").rglob("*.html")
    }
    assert {name: found for name, found in wrong.items() if found} == {}


def test_templates_trust_nothing_from_outside() -> None:
    """`|safe` is used only where Django's own help texts are drawn."""
    allowed = {"templates/django/forms/_notes.html"}
    files = {str(f.relative_to(ROOT)): f.read_text() for f in (ROOT / "templates").rglob("*.html")}
    trusting = {
        name for name, text in files.items() if re.search(r"\|\s*safe\b|autoescape off", text)
    }
    assert trusting - allowed == set()


def test_browser_tests_wait_with_until() -> None:
    """Playwright's `wait_for_function` fails under our content security policy unless its first try is true."""
    files = python_files("tests/browser")
    assert files
    assert [name_of(file) for file in files if ".wait_for_function(" in file.read_text()] == []
