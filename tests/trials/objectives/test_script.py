"""The reproduction script: it gives the trial's score exactly, for every model, and needs nothing of ours."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from trials.objectives.base import Context, parse
from trials.objectives.datasets import DatasetInfo, get_dataset, sources
from trials.objectives.datasets.table import Column, Reading, Table
from trials.objectives.datasets.uploaded import Brought
from trials.objectives.models import available_models
from trials.objectives.process import Limits, start
from trials.objectives.scoring import available_scorers
from trials.objectives.script import Origin, script_of

SEED, NUMBER = 11, 4
SMALL = {"classification": "iris", "regression": "diabetes"}
VERSIONS = {"python": "3", "scikit-learn": "1", "numpy": "2"}
#: Runs scripts one after the other in one interpreter that has none of our packages, as JSON lines.
RUNNER = """
import contextlib, importlib.abc, io, json, runpy, sys, warnings

class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("trials", "optimizers", "hpo_dashboard", "django"):
            raise ImportError(f"{name} is ours")

sys.meta_path.insert(0, Blocked())
warnings.simplefilter("ignore")
for script in sys.argv[1:]:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        runpy.run_path(script)
    print(json.dumps([script, output.getvalue()]), flush=True)
"""


def objective_of(model: str, dataset: str, **more):
    validation = {"kind": "kfold", "folds": 2}
    data = {"kind": "model", "model": model, "dataset": dataset, "validation": validation} | more
    return parse(data)


def trained(objective, params, **brought) -> float:
    """The score of a real training."""
    job = {"objective": objective.to_dict(), "params": params, "study_seed": SEED, "number": NUMBER} | brought
    outcome = start(job, Limits(wall_seconds=120)).wait(120)
    assert outcome is not None
    assert outcome.state == "complete", outcome.error
    return outcome.values[0]


def printed(folder: Path, scripts: dict[str, str]) -> dict[str, list[str]]:
    """What each script prints, by lines."""
    files = {}
    for name, source in scripts.items():
        file = folder / f"{name}.py"
        file.write_text(source)
        files[str(file)] = name
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUNNER, *files], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    found = dict(json.loads(line) for line in done.stdout.splitlines())
    return {files[file]: output.splitlines() for file, output in found.items()}


def script(objective, params, value=None, **more) -> str:
    return script_of(objective, params, Context(SEED, NUMBER), Origin("A trial", value, VERSIONS), **more)


def some_params(objective) -> dict:
    """A random configuration; few trees do to see that they are the same."""
    params = objective.default_space().sample(np.random.default_rng(5))
    return params | {name: 15 for name in ("n_estimators", "max_iter") if name in params}


def cases() -> dict[str, tuple]:
    """Trials by name: every model on small data, every scorer, every way to split, a title with traps."""
    found = {}
    for spec in available_models():
        objective = objective_of(spec.name, SMALL[spec.task])
        found[f"model {spec.name}"] = (objective, some_params(objective), "A trial")
    for dataset, model in (("breast_cancer", "logistic_regression"), ("diabetes", "ridge")):
        for scorer in available_scorers(get_dataset(dataset)):
            objective = objective_of(model, dataset, scoring=scorer.name)
            found[f"scorer {scorer.name}"] = (objective, {}, "A trial")
    for name, more in SPLITS.items():
        found[f"split {name}"] = (objective_of("svc", "wine", **more), {"C": 3.0}, TRAP)
    return found


TRAP = 'Trial 3 of """; raise SystemExit(1) \\'
SPLITS = {
    "holdout": {"validation": {"kind": "holdout", "share": 0.3}},
    "repeated": {"validation": {"kind": "kfold", "folds": 3, "repeats": 2}},
    "no test part": {"test_share": 0},
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory) -> dict[str, list[str]]:
    """What the scripts of all cases print, each told the value that a real training got."""
    scripts = {}
    for name, (objective, params, title) in cases().items():
        origin = Origin(title, trained(objective, params), VERSIONS)
        scripts[name] = script_of(objective, params, Context(SEED, NUMBER), origin, with_test=True)
    return printed(tmp_path_factory.mktemp("scripts"), scripts)


@pytest.mark.parametrize("what", ["model", "scorer", "split"])
def test_the_script_prints_exactly_the_score_of_the_trial(outputs, what):
    mine = {name: lines for name, lines in outputs.items() if name.startswith(what)}
    assert len(mine) == sum(name.startswith(what) for name in cases()) > 2
    differing = [name for name, lines in mine.items() if "the score as recorded:" not in lines]
    assert not differing


def flowers(folder: Path) -> tuple[DatasetInfo, Table]:
    """An uploaded table with columns of every type, gaps, decimal commas and a column left out."""
    random = np.random.default_rng(3)
    lines = ["size;colour;seen;hardy;note;kind"]
    for row in range(90):
        kind = random.choice(["YES", "no"])
        size = f"{random.normal(3 if kind == 'no' else 4):.3f}".replace(".", ",") if row % 9 else "NA"
        seen = f"2024-0{1 + row % 9}-1{row % 9}" if row % 2 else f"{1 + row % 28}.11.2023"
        colour, hardy = random.choice(["red", "blue", "?"]), random.choice(["yes", "No", ""])
        lines.append(";".join([size, colour, seen, hardy, f"text {row}", kind if row != 7 else ""]))
    file = folder / "flowers-v1.csv"
    file.write_text("\n".join(lines), encoding="utf-8-sig")
    columns = (
        Column("size", "number"), Column("colour", "category"), Column("seen", "date"),
        Column("hardy", "yesno"), Column("note", "text", used=False), Column("kind", "yesno"),
    )  # fmt: skip
    reading = Reading(";", "utf-8-sig", header=True, decimal=",", missing=("x",))
    info = DatasetInfo(
        "flowers", "Flowers", "", "classification", rows=89, columns=4, class_sizes=(45, 44),
        kinds=("number", "category", "number", "number"), missing=(10, 30, 0, 30),
        column_names=("size", "colour", "seen", "hardy"), class_names=("no", "yes"), version=1,
    )  # fmt: skip
    return info, Table(str(file), reading, columns, "kind", ("no", "yes"))


def test_uploaded_data_are_read_from_the_file_beside_it(tmp_path, monkeypatch):
    info, table = flowers(tmp_path)
    monkeypatch.setattr(sources, "_source", Brought(info, table))
    objective = objective_of("random_forest_classifier", "flowers", dataset_version=1)
    params = {"n_estimators": 10, "prep__encoding": "ordinal"}
    data = {"info": info.to_dict(), "table": table.to_dict(), "gone": ""}
    score = trained(objective, params, data=data)
    source = script(objective, params, score, table=table)
    assert printed(tmp_path, {"one": source})["one"][-2:] == ["the score as recorded:", str(score)]


def test_it_says_so_when_the_score_is_another(tmp_path):
    objective = objective_of("ridge", "diabetes")
    lines = printed(tmp_path, {"one": script(objective, {"alpha": 1.0}, 0.5)})["one"]
    assert lines[-2] == "not 0.5 but:"
    assert float(lines[-1]) == trained(objective, {"alpha": 1.0})


def test_the_finished_studys_script_also_scores_the_test_part(outputs):
    assert outputs["model ridge"][-1].startswith("test part: -")
    assert not any(line.startswith("test part") for line in outputs["split no test part"])


def test_the_source_is_short_sorted_and_explains_itself():
    for spec in available_models():
        objective = objective_of(spec.name, SMALL[spec.task])
        params = objective.default_space().sample(np.random.default_rng(1))
        source = script(objective, params, 0.5, with_test=True)
        lines = source.splitlines()
        assert max(map(len, lines)) <= 110
        imports = [line for line in lines if line.startswith("from sklearn")]
        assert imports == sorted(imports)
        assert sum(line.startswith("#") for line in lines) >= 4
        compile(source, spec.name, "exec")
