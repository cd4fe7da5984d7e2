"""Downloads of a study besides its table: the fitted pipeline, the parameters, the study, and a script that
makes a trial again. Called by views and API.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.text import slugify

from trials.engine.creation import study_json
from trials.engine.data import table_of
from trials.engine.lines import schedule_of, whole
from trials.models import Dataset, FinalModel, Study, Trial
from trials.objectives.base import ObjectiveError, context_of, parse
from trials.objectives.datasets import DatasetInfo, get_dataset
from trials.objectives.datasets.table import Table
from trials.objectives.kinds.model import ModelObjective
from trials.objectives.model_file import versions
from trials.objectives.script import Origin, file_beside, script_of
from trials.objectives.script_use import snippet

JSON, PYTHON, BYTES = "application/json", "text/x-python; charset=utf-8", "application/octet-stream"


class NoFile(LookupError):
    """There is no such file, with the reason in words."""


@dataclass(frozen=True)
class File:
    """A download: its name, its type and its bytes, in pieces."""

    name: str
    content_type: str
    pieces: Iterable[bytes]
    size: int | None = None

    def response(self) -> StreamingHttpResponse:
        headers = {
            "Content-Disposition": f'attachment; filename="{self.name}"',
            "Cache-Control": "private, no-store",
        }
        if self.size is not None:
            headers["Content-Length"] = str(self.size)
        return StreamingHttpResponse(self.pieces, content_type=self.content_type, headers=headers)


def finished(study: Study) -> FinalModel:
    """The newest final model that is done; raises NoFile."""
    done = FinalModel.objects.light().filter(study=study, state=FinalModel.State.DONE)
    final = done.select_related("trial").order_by("-number").first()
    if final is None or final.trial is None:
        raise NoFile(f"Study {study.pk} has no final model yet: it is made when the study has ended.")
    return final


def model_file(study: Study) -> File:
    """The fitted pipeline, as joblib wrote it."""
    final = finished(study)
    if not final.stored:
        most = final.data["model"].get("most_bytes", 0) // 1024**2
        raise NoFile(
            f"The fitted pipeline is larger than {most} MB, so it was not kept; fit it by the script."
        )
    return File(f"{stem(study)}-model.joblib", BYTES, final.pieces(), final.size)


def params_file(study: Study) -> File:
    """The best configuration, with what it is needed for to be understood."""
    final = finished(study)
    assert final.trial is not None
    content = {
        "study": study.pk,
        "trial": final.trial.number,
        "model": study.objective.get("model") or study.objective.get("models"),
        "params": final.trial.params,
    }
    return _json(f"{stem(study)}-params.json", content)


def study_file(study: Study) -> File:
    """The study as the JSON that makes it again."""
    return _json(f"{stem(study)}.json", study_json(study))


def result_script(study: Study) -> File:
    """The best trial's script, which scores the test part besides."""
    final = finished(study)
    assert final.trial is not None
    source = script(study, final.trial, with_test=True, made_with=final.data["versions"])
    return _python(f"{stem(study)}.py", source)


def trial_script(study: Study, trial: Trial) -> File:
    return _python(f"{stem(study)}-trial-{trial.number}.py", script(study, trial))


def schedule_file(study: Study, trial: Trial) -> File:
    """What the line of a trial was trained with, and up to where: a population's schedule as JSON."""
    fidelity = study.objective.get("fidelity")
    if not fidelity or trial.number is None:
        raise NoFile("Only a trial that trains in parts has a schedule.")
    content = {
        "study": study.pk,
        "trial": trial.number,
        "fidelity": fidelity,
        "value": trial.value,
        "schedule": [
            {"until": part.until, "trial": part.trial, "params": part.params}
            for part in schedule_of(study, trial)
        ],
    }
    return _json(f"{stem(study)}-trial-{trial.number}-schedule.json", content)


def script(
    study: Study, trial: Trial, *, with_test: bool = False, made_with: dict[str, str] | None = None
) -> str:
    """Python source that makes a trial again; raises NoFile for what is no model of the catalogue."""
    try:
        objective = parse(study.objective)
        if not isinstance(objective, ModelObjective):
            raise NoFile("Only trials of the catalogue's models can be made again by a script.")
        context = context_of(whole(study, trial))
        which = "The default configuration" if trial.is_baseline else f"Trial {trial.number}"
        title = f"{which} of the study {study.name}"
        used = made_with or versions(objective.recipe(trial.params, context).make())
        origin = Origin(title, trial.value, used)
        table = table_beside(objective.dataset)
        return script_of(objective, trial.params, context, origin, table=table, with_test=with_test)
    except ObjectiveError as error:
        raise NoFile(f"The script cannot be written: {error.message}.") from error


def table_beside(info: DatasetInfo) -> Table | None:
    """How the uploaded file is read that lies beside the script; None for data that ship."""
    if info.version is None:
        return None
    row = Dataset.objects.named(info.name, info.version).get()
    return table_of(row, Path(file_beside(info)))


def usage(study: Study, final: FinalModel) -> str:
    """Python source that predicts with the fitted pipeline; "" when the data set is no longer known."""
    facts = final.data["dataset"]
    try:
        table = table_beside(get_dataset(facts["name"], facts["version"]))
    except ObjectiveError:
        return ""
    return snippet(f"{stem(study)}-model.joblib", facts, table)


def stem(study: Study) -> str:
    """What the names of a study's files begin with."""
    return f"{slugify(study.name)[:60] or 'study'}-{study.pk}"


def _json(name: str, content: dict[str, Any]) -> File:
    return File(name, JSON, [(json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()])


def _python(name: str, source: str) -> File:
    return File(name, PYTHON, [source.encode()])
