"""The files of deploy/ name only what there is: metrics, commands, settings."""

import json
import re
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SUFFIXES = ("_bucket", "_sum", "_count")


@pytest.mark.django_db
def test_the_grafana_dashboard_asks_for_metrics_that_exist(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("owner"))
    text = client.get("/metrics").content.decode()
    known = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    dashboard = json.loads((DEPLOY / "grafana.json").read_text())
    asked = {
        name
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in re.findall(r"hpo_\w+", target["expr"])
    }
    assert asked
    plain = {name.removesuffix(next((s for s in SUFFIXES if name.endswith(s)), "")) for name in asked}
    assert plain <= known
