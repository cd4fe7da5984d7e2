"""A study as one HTML file that needs nobody: its words, tables and living charts, at `study-report`."""

import base64
import hashlib
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from hpo_dashboard import __version__
from trials import files, wording
from trials.models import Study, Trial

from .parts.best import best_of
from .parts.front import arrow, front_of
from .parts.heading import subtitle_of
from .parts.leaderboard import leaderboard_of
from .parts.noted import noted_of
from .parts.progress import progress_of
from .parts.report_charts import drawn_of, in_a_script
from .parts.reproduce import code_of
from .parts.result import result_of

STYLES = (
    "tokens", "base", "components", "controls", "parts", "tables", "study", "board", "parallel", "notes",
    "report",
)  # fmt: skip
PLOTLY = "vendor/plotly/plotly-strict.min.js"
LIBRARIES = ("numpy", "scipy", "scikit-learn", "lightgbm", "xgboost-cpu")
_FONT = re.compile(r'url\("\.\./(vendor/[^"]+)"\)')


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the report: to look at, or with `?download` as a file. Nothing is fitted for it."""
    studies = Study.objects.visible().select_related("space", "insight", "best", "owner")
    study = get_object_or_404(studies, pk=pk)
    html, policy = report(study)
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "private, no-store"
    if "download" in request.GET:
        name = f"{slugify(study.name)[:60] or 'study'}-report.html"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def report(study: Study) -> tuple[str, str]:
    """Return the file, and the policy that it carries: no request to anywhere, no script but its own."""
    data, scripts = drawn_of(study), _scripts()
    hashes = " ".join(f"'sha256-{_digest(each)}'" for _, each in scripts)
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )
    shown = wording.Shown(study.metric, study.maximize)
    result = result_of(study)
    context = {
        "study": study,
        "subtitle": subtitle_of(study),
        "progress": progress_of(study, 0),
        "metric": shown.title,
        "direction": arrow(shown),
        "best": None if study.several else best_of(study),
        "front": front_of(study),
        "leaderboard": leaderboard_of(study),
        "noted": noted_of(study),
        "result": result,
        "budget": [(name.replace("_", " "), f"{limit:,}") for name, limit in study.budget.items()],
        "versions": _versions(dict(result.versions)),
        "charts": data,
        "answers": in_a_script({each.name: each.answer for each in data}),
        "source": _source(study, study.best),
        "made": timezone.now(),
        "version": __version__,
        "policy": policy,
        "styles": "\n".join(_style(name) for name in STYLES),
        "scripts": scripts,
    }
    return render_to_string("report/page.html", context), policy


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _text(name: str) -> str:
    return Path(str(finders.find(name))).read_text(encoding="utf-8")


def _scripts() -> tuple[tuple[str, str], ...]:
    """(kind, source) of what draws: Plotly and the pages' own scripts, fed from the file itself."""
    own = re.sub(r"^export ", "", _text("js/brush.js"), flags=re.M)
    lines = re.sub(r'^import .*"./brush.js";$', "", _text("js/parallel.js"), flags=re.M)
    return (
        ("", _text(PLOTLY)),
        ("", _text("js/report.js")),
        ("", _text("js/charts.js")),
        ("module", f"{own}\n{lines}"),
    )


def _style(name: str) -> str:
    """A style sheet with the fonts that it names inside of it."""
    embedded = lambda found: f'url("data:font/woff2;base64,{_font(found[1])}")'  # noqa: E731
    return _FONT.sub(embedded, _text(f"css/{name}.css"))


def _font(name: str) -> str:
    return base64.b64encode(Path(str(finders.find(name))).read_bytes()).decode()


def _versions(known: dict[str, str]) -> dict[str, str]:
    """What it ran on: as the final model says, else what is installed where the report was written."""
    if known:
        return {"hpo-dashboard": __version__} | known
    found = {"hpo-dashboard": __version__, "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found | {"database": settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]}


def _source(study: Study, best: Trial | None) -> str:
    """The script that makes the best trial again, or its parameters where no script can."""
    if best is None:
        return ""
    try:
        return files.script(study, best)
    except files.NoFile:
        return code_of(study, best)
