"""The report as a file: everything inside, nothing hostile, whatever the study's state."""

import base64
import hashlib
import json
import re

from django.urls import reverse

from trials.engine import control, notes


def report(browser, study, query=""):
    answer = browser.get(reverse("study-report", args=[study.pk]) + query)
    assert answer.status_code == 200
    return answer, answer.content.decode()


def test_a_report_holds_words_charts_tables_and_the_policy_of_its_scripts(browser, make_study, train):
    study = make_study(name="A <b>bold</b> study", budget={"trials": 6}, tags=["paper"])
    train(study, 0.5, 0.4, None, 0.3, 0.6, 0.2)
    notes.write(study.pk, None, {"text": "For **the** paper </script>"})
    answer, html = report(browser, study, "?download")
    assert 'filename="a-bbold' in answer["Content-Disposition"]
    assert "A &lt;b&gt;bold&lt;/b&gt; study" in html
    assert "<strong>the</strong>" in html
    assert 'id="trial-5"' in html
    assert "Budget: trials" in html
    kept = json.loads(re.search(r'id="answers">(.*?)</script>', html, re.S)[1])
    assert kept["convergence"]["figure"]["data"]
    assert kept["convergence"]["sentence"] in html.replace("&#x27;", "'")
    policy = answer["Content-Security-Policy"]
    kinds = """ type="module"| data-plotly="" data-pictures"""
    scripts = re.findall(rf"<script(?:{kinds})?>(.*?)</script>", html, re.S)
    assert len(scripts) == 4
    for script in scripts:
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
    outside = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    assert not re.search(r"""(?:src|href)=["']?(?:/|https?:)|url\((?!["']?data:)""", outside)


def test_a_report_of_a_study_without_a_result_says_so(browser, make_study):
    _, html = report(browser, make_study())
    assert "There is no complete trial." in html


def test_a_report_of_several_objectives_shows_the_front(browser, make_study):
    study = make_study(
        objective={"kind": "external"},
        space={"parameters": [{"name": "x", "type": "float", "low": 0, "high": 1}]},
        metrics=["a", "b"],
        directions=["minimize", "maximize"],
    )
    report(browser, study)


def test_a_deleted_study_has_no_report(browser, make_study):
    study = make_study()
    control.delete(study.pk)
    assert browser.get(reverse("study-report", args=[study.pk])).status_code == 404
