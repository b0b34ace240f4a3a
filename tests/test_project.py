"""Rules of the project that no linter knows: sizes, locks, layers, the keys of prefect.yaml."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from prefect.cli.deploy._models import (
    ConcurrencyLimitSpec,
    DeploymentConfig,
    PrefectYamlModel,
    RawScheduleConfig,
    WorkPoolConfig,
)
from pydantic import BaseModel

from flows.service.settings_for_prefect import WORK_POOL
from settings import PROJECT_ROOT

MAX_LINES = 400
NOT_COUNTED = {"requirements.lock", "requirements-dev.lock", "LICENSE"}
LOCKS = ["requirements.lock", "requirements-dev.lock"]
PACKAGES = ("flows", "tasks", "expectations", "warehouse")
PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PREFECT_YAML = yaml.safe_load((PROJECT_ROOT / "prefect.yaml").read_text(encoding="utf-8"))


def project_files() -> list[Path]:
    """Tracked files, and new ones that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (PROJECT_ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def imported_roots(path: Path) -> set[str]:
    roots = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            roots.add(node.module.partition(".")[0])
    return roots


def locked(lock: str) -> dict[str, tuple[str, int]]:
    """Name to version and number of hashes."""
    text = (PROJECT_ROOT / lock).read_text(encoding="utf-8")
    blocks = re.findall(r"^([a-z0-9._-]+)==(\S+)(.*?)(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    return {name: (version, block.count("--hash=sha256:")) for name, version, block in blocks}


def test_no_file_is_longer_than_400_lines() -> None:
    too_long = {
        str(path.relative_to(PROJECT_ROOT)): lines
        for path in project_files()
        if path.name not in NOT_COUNTED and (lines := path.read_bytes().count(b"\n")) > MAX_LINES
    }
    assert not too_long


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_registry_is_named(lock: str) -> None:
    text = (PROJECT_ROOT / lock).read_text(encoding="utf-8")
    pins = locked(lock)
    assert len(pins) > 100
    assert not [name for name, (_, hashes) in pins.items() if not hashes]
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links)\b", text, re.MULTILINE)


@pytest.mark.parametrize(("lock", "extra"), [("requirements.lock", "install"), ("requirements-dev.lock", "dev")])
def test_the_lock_satisfies_the_declared_dependencies(lock: str, extra: str) -> None:
    pins = locked(lock)
    for text in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"][extra]]:
        wanted = Requirement(text)
        version, _ = pins[wanted.name.lower().replace("_", "-")]
        assert version in wanted.specifier, text


def test_the_developers_lock_holds_all_of_the_other() -> None:
    developers = locked("requirements-dev.lock")
    assert locked("requirements.lock").items() <= developers.items()


def test_layers_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", ".importlinter"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("settings.py", {*PACKAGES, "cli", "prefect", "duckdb"}),
        ("errors.py", {*PACKAGES, "cli", "settings", "prefect", "duckdb"}),
        ("cli.py", {"prefect", "duckdb"}),
        ("cli_bi.py", {"cli", "prefect", "duckdb"}),
        ("cli_init.py", {"cli", "prefect", "duckdb"}),
        ("cli_programmes.py", {"cli", "prefect", "duckdb"}),
        ("cli_published.py", {"cli", "prefect", "duckdb"}),
        ("cli_release.py", {"cli", "prefect", "duckdb"}),
        ("cli_statistics.py", {"cli", "prefect", "duckdb"}),
        ("cli_shared.py", {"cli", "cli_release", "prefect", "duckdb"}),
    ],
)
def test_layers_hold_for_single_modules(module: str, forbidden: set[str]) -> None:
    assert not imported_roots(PROJECT_ROOT / module) & forbidden


def unknown_keys(found: dict[str, Any], model: type[BaseModel]) -> set[str]:
    known = {field.alias or name for name, field in model.model_fields.items()}
    return set(found) - known


def test_prefect_reads_every_key_of_prefect_yaml() -> None:
    """Prefect ignores a misspelt key without a word; the lists are its own."""
    assert not unknown_keys(PREFECT_YAML, PrefectYamlModel)
    for job in PREFECT_YAML["deployments"]:
        assert not unknown_keys(job, DeploymentConfig), job["name"]
        assert not unknown_keys(job["work_pool"], WorkPoolConfig), job["name"]
        assert not unknown_keys(job["concurrency_limit"], ConcurrencyLimitSpec), job["name"]
        for schedule in job["schedules"]:
            assert not unknown_keys(schedule, RawScheduleConfig), job["name"]


def test_a_misspelt_key_is_found() -> None:
    assert unknown_keys({"entrypoint": "", "enforce_parameters_schema": True}, DeploymentConfig) == {
        "enforce_parameters_schema"
    }


@pytest.mark.parametrize("job", PREFECT_YAML["deployments"], ids=lambda job: str(job["name"]))
def test_a_deployment_says_all_that_is_asked_of_it(job: dict[str, Any]) -> None:
    assert job["version"] == PROJECT["version"]
    assert job["enforce_parameter_schema"] is True
    assert job["work_pool"]["name"] == WORK_POOL
    assert job["concurrency_limit"]["limit"] == 1
    assert {schedule["timezone"] for schedule in job["schedules"]} == {"Asia/Jakarta"}
    file, _, function = job["entrypoint"].partition(":")
    tree = ast.parse((PROJECT_ROOT / file).read_text(encoding="utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_pinned_prefect_is_the_one_of_prefect_yaml() -> None:
    assert f"prefect=={PREFECT_YAML['prefect-version']}" in PROJECT["dependencies"]
