"""The CSV export: Optuna's columns and words, full precision, nothing a spreadsheet would run."""

import csv
import io
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from trials.exports import defused, trials_csv
from trials.models import AccessToken, Space, Study, Trial

START = datetime(2026, 11, 21, 8, 14, 0, 123456, tzinfo=UTC)
SPACE = {
    "parameters": [
        {"name": "kernel", "type": "categorical", "choices": ["linear", "rbf"]},
        {"name": "gamma", "type": "float", "low": 1e-9, "high": 1.0, "when": {"kernel": "rbf"}},
        {"name": "C", "type": "float", "low": 0.1, "high": 10},
        {"name": "shrinking", "type": "boolean"},
        {"name": "degree", "type": "integer", "low": 1, "high": 5},
    ]
}


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    """One trial in each state, and a baseline."""
    study = make_study(objective={"kind": "external"}, space=SPACE, metrics=["loss"], directions=["minimize"])
    study.trials.all().delete()
    params = {"kernel": "rbf", "gamma": 1e-7, "C": 1 / 3, "shrinking": True, "degree": 3}
    times = {"started_at": START, "completed_at": START + timedelta(hours=26, seconds=2.5)}

    def add(number: int | None, state: str, **fields: Any) -> None:
        Trial.objects.create(**{"study": study, "space": study.space, "params": params} | fields,
                             number=number, state=state)  # fmt: skip

    add(None, "complete", value=9.0, values=[9.0])
    add(0, "complete", value=0.1 + 0.2, values=[0.1 + 0.2], metrics={"test": 0.5}, seconds=2.5, **times)
    add(
        1, "complete", value=-1.5e-300, params={"kernel": "linear", "C": 2.0, "shrinking": False, "degree": 1}
    )
    add(2, "pruned", value=0.25, fidelity=3.0, parent=0, user_attrs={"host": "gpu-1", "n": 2}, **times)
    add(3, "failed", error={"kind": "exception", "message": '=cmd|"calc"', "exception": "", "traceback": ""})
    add(4, "running", started_at=START, worker="worker alpha")
    add(5, "queued", started_at=START)
    add(6, "cancelled")
    return study


def text(study: Study) -> str:
    return "".join(trials_csv(study))


def rows(study: Study) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(study))))


def test_the_columns_are_those_of_optunas_data_frame_then_ours(study: Study) -> None:
    header = text(study).partition("\n")[0].split(",")
    optuna = [
        *("number", "value", "datetime_start", "datetime_complete", "duration"),
        *("params_C", "params_degree", "params_gamma", "params_kernel", "params_shrinking"),
        *("user_attrs_host", "user_attrs_n", "state"),
    ]
    assert header[: len(optuna)] == optuna
    assert header[len(optuna) :] == [
        *(
            "status",
            "metrics_test",
            "fidelity",
            "parent",
            "start_from",
            "compute",
            "retry_of",
            "lost",
            "seconds",
        ),
        *("peak_memory_mb", "worker", "error"),
    ]


def test_the_states_are_optunas_words_beside_ours(study: Study) -> None:
    assert [(row["state"], row["status"]) for row in rows(study)] == [
        ("COMPLETE", "complete"),
        ("COMPLETE", "complete"),
        ("PRUNED", "pruned"),
        ("FAIL", "failed"),
        ("RUNNING", "running"),
        ("WAITING", "queued"),
        ("FAIL", "cancelled"),
    ]


def test_pandas_reads_it_back_with_the_types_of_optunas_data_frame(study: Study) -> None:
    frame = pd.read_csv(io.StringIO(text(study)), parse_dates=["datetime_start", "datetime_complete"])
    assert frame["number"].dtype == "int64"
    assert frame["value"].dtype == "float64"
    assert pd.api.types.is_datetime64_dtype(frame["datetime_start"])  # naive, like Optuna's
    assert frame["datetime_start"][0] == pd.Timestamp("2026-11-21 08:14:00.123456")
    assert pd.to_timedelta(frame["duration"])[0] == pd.Timedelta(hours=26, seconds=2.5)
    assert frame["value"][0] == pytest.approx(0.3, rel=1e-15)
    assert frame["params_degree"].dtype == "int64"
    assert frame["params_shrinking"].dtype == "bool"


def test_times_and_durations_are_written_as_pandas_writes_them(study: Study) -> None:
    first = rows(study)[0]
    assert first["datetime_start"] == str(pd.Timestamp(START.replace(tzinfo=None)))
    assert first["datetime_complete"] == "2026-11-22 10:14:02.623456"
    assert first["duration"] == str(pd.Timedelta(hours=26, seconds=2.5)) == "1 days 02:00:02.500000"


def test_numbers_have_full_precision(study: Study) -> None:
    cells = [row["value"] for row in rows(study)]
    assert cells[:3] == ["0.30000000000000004", "-1.5e-300", "0.25"]
    assert rows(study)[0]["params_C"] == repr(1 / 3)


def test_an_inactive_parameter_is_an_empty_cell(study: Study) -> None:
    assert rows(study)[1]["params_gamma"] == ""


def test_the_baseline_is_left_out(study: Study) -> None:
    assert [row["number"] for row in rows(study)] == ["0", "1", "2", "3", "4", "5", "6"]


def test_a_trial_that_waits_again_has_no_start(study: Study) -> None:
    assert rows(study)[5]["datetime_start"] == ""


def test_parameters_of_an_older_space_keep_their_column(study: Study) -> None:
    older = Space.objects.create(definition={"parameters": [{"name": "old", "type": "boolean"}]})
    Trial.objects.create(study=study, space=older, number=7, params={"old": True}, state="queued")
    assert rows(study)[7]["params_old"] == "True"


def test_several_objectives_have_a_column_each(study: Study) -> None:
    study.metrics = ["loss", "size"]
    study.trials.filter(number=0).update(values=[0.5, 7.0])
    found = rows(study)
    assert (found[0]["values_loss"], found[0]["values_size"]) == ("0.5", "7.0")
    assert (found[3]["values_loss"], found[3]["values_size"]) == ("", "")
    assert "value" not in found[0]


def test_a_number_under_two_names_is_one_column(study: Study) -> None:
    study.objective = {"kind": "model", "measures": ["neg_log_loss"]}
    study.trials.filter(number=0).update(metrics={"neg_log_loss": -0.2, "log_loss": 0.2, "rmse": 3.0})
    measured = [name for name in rows(study)[0] if name.startswith("metrics_")]
    assert measured == ["metrics_neg_log_loss", "metrics_rmse"], "the one that was asked for"


def test_limits_and_the_front_are_columns_of_studies_that_have_them(study: Study) -> None:
    study.metrics, study.constraints = ["loss", "size"], [{"metric": "size", "max": 5}]
    told = {"values": [0.5, 7.0], "value": 0.5, "metrics": {"size": 7.0, "test": 0.1}}
    study.trials.filter(number=0).update(**told, constraints=[2.0], feasible=False)
    study.trials.filter(number=1).update(**told, constraints=[-1.0], joined_front=1)
    found = rows(study)
    assert [row["feasible"] for row in found[:2]] == ["False", "True"]
    assert [row["front"] for row in found[:2]] == ["False", "True"]
    assert found[0]["constraints"] == "[2.0]"
    assert (found[3]["feasible"], found[3]["front"]) == ("", "")
    assert "metrics_test" in found[0]
    assert "metrics_size" not in found[0], "an objective has its column among the values"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "  =1+1",
        "\n=1",
        " \t=1",
        "\ufeff=1",
        "-",
        "-inf",
        "＝1",
    ],
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-1", "+1.5e-3", "-.5", "1_000", "rbf", "", " a", "a=1", "'=1", "x\ty", "10 - 3", "ß", "-1e5"]
)
def test_numbers_and_plain_text_are_never_touched(text: str) -> None:
    assert defused(text) == text


def test_messages_headers_and_attributes_are_defused(study: Study) -> None:
    study.trials.filter(number=0).update(user_attrs={"note": "=HYPERLINK()", "list": ["-1"], "map": {"a": 1}})
    first = rows(study)[0]
    assert first["user_attrs_note"] == "'=HYPERLINK()"
    assert first["user_attrs_list"] == '["-1"]'
    assert first["user_attrs_map"] == '{"a": 1}'
    assert rows(study)[3]["error"] == '\'=cmd|"calc"'


def test_an_empty_study_is_a_header_alone(make_study: Callable[..., Study]) -> None:
    assert text(make_study()).count("\n") == 1


def test_a_long_study_comes_in_pieces(study: Study) -> None:
    space = study.space
    Trial.objects.bulk_create(
        [
            Trial(study=study, space=space, number=n, params={}, value=n / 7, state="complete")
            for n in range(7, 2600)
        ]
    )
    pieces = list(trials_csv(study))
    assert len(pieces) == 4  # the first line at once, then one piece per 1,000 lines
    assert max(map(len, pieces)) < len("".join(pieces)) / 2
    assert len(rows(study)) == 2600
    assert all(math.isclose(float(row["value"]), n / 7) for n, row in enumerate(rows(study)) if n >= 7)


# --- the view ----------------------------------------------------------------------------------------
def download(client: Client, study: Study, **headers: str) -> Any:
    return client.get(reverse("study-csv", args=[study.pk]), headers=headers)


def test_a_signed_in_browser_downloads_it(study: Study) -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_user("member"))
    Study.objects.filter(pk=study.pk).update(name="Größe; x")
    answer = download(client, study)
    assert answer.streaming
    assert b"".join(answer.streaming_content).decode() == text(study)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="groe-x-{study.pk}.csv"'


def test_a_script_downloads_it_with_a_token(study: Study) -> None:
    token = AccessToken.make(get_user_model().objects.create_user("member"), "notebook")
    answer = download(Client(), study, Authorization=f"Bearer {token}")
    assert b"".join(answer.streaming_content).decode() == text(study)


def test_a_wrong_token_is_refused_as_in_the_api(study: Study) -> None:
    answer = download(Client(), study, Authorization="Bearer hpo_wrong")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")


def test_a_stranger_is_sent_to_the_sign_in(study: Study) -> None:
    answer = download(Client(), study)
    assert answer.status_code == 302
    assert "sign-in" in answer.headers["Location"]


# --- the command -------------------------------------------------------------------------------------
def test_the_command_writes_the_same_to_a_file_and_to_standard_output(study: Study, tmp_path: Path) -> None:
    call_command("export_trials", str(study.pk), "--output", str(tmp_path / "trials.csv"))
    assert (tmp_path / "trials.csv").read_bytes().decode() == text(study)
    out = io.StringIO()
    call_command("export_trials", study.pk, stdout=out)
    assert out.getvalue() == text(study)


def test_the_command_says_what_is_wrong(study: Study, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no study 999"):
        call_command("export_trials", "999")
    with pytest.raises(CommandError, match="Cannot write"):
        call_command("export_trials", study.pk, output=str(tmp_path / "none" / "x.csv"))
