"""Notes on the pages: safe HTML, forms that lose nothing, stars of the reader alone."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from trials.models import Note
from trials.templatetags.markdown import markdown

HOSTILE = """<script>alert(1)</script> <img src=x onerror=alert(1)>
[a](javascript:alert(1)) [b](data:text/html;base64,PHM+) ![p](https://elsewhere.example/p.png)
[fine](https://example.org/"onmouseover="alert(1))
"""


def test_nothing_hostile_comes_through_markdown():
    html = markdown(HOSTILE)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert '"onmouseover' not in html
    assert 'rel="noopener noreferrer nofollow"' in markdown("[fine](https://example.org/)")
    assert markdown("# Big\n\n**b** `c`") == "<h3>Big</h3>\n<p><strong>b</strong> <code>c</code></p>\n"


def test_a_study_and_a_trial_show_what_was_written(browser, make_study, train):
    study = make_study(budget={"trials": 2})
    train(study, 0.5)
    address = reverse("study-note", args=[study.pk])
    assert browser.post(address, {"text": "It **works**"}).status_code == 302
    answer = browser.post(
        reverse("trial-note", args=[study.pk, 0]),
        {"text": "Odd.", "tags": "keep, odd"},
        headers={"X-Requested-With": "dialog"},
    )
    assert answer.status_code == 204
    overview = browser.get(reverse("study", args=[study.pk])).content.decode()
    assert "<strong>works</strong>" in overview
    assert f"{reverse('study-trials', args=[study.pk])}?trial=0" in overview
    page = browser.get(reverse("trial", args=[study.pk, 0])).content.decode()
    assert "<p>Odd.</p>" in page
    assert '<span class="tag">keep</span>' in page
    assert "Odd." in browser.get(reverse("trial-note", args=[study.pk, 0])).content.decode()


def test_a_refused_note_keeps_what_was_typed(browser, make_study):
    study = make_study()
    answer = browser.post(reverse("study-note", args=[study.pk]), {"text": "y" * 20_001})
    assert answer.status_code == 422
    assert "20,001 characters are too many" in answer.content.decode()
    assert "y" * 20_001 in answer.content.decode()
    assert not Note.objects.exists()


@pytest.mark.parametrize("number", [None, 9])
def test_what_is_not_there_is_not_found(browser, make_study, number):
    study = make_study()
    address = reverse("study-note", args=[study.pk + 1]) if number is None else None
    address = address or reverse("trial-note", args=[study.pk, number])
    assert browser.get(address).status_code == 404


def test_each_reader_sees_their_own_stars(browser, make_study):
    study, other = make_study(name="Mine"), make_study(name="Other")
    home = reverse("studies")
    assert "Favourites" not in browser.get(home).content.decode()
    answer = browser.post(
        reverse("study-star", args=[study.pk]), {"on": "1"}, headers={"Referer": f"http://testserver{home}"}
    )
    assert answer.status_code == 302
    assert "star is-on" in browser.get(home).content.decode()
    starred = browser.get(home, {"starred": "yes"}).content.decode()
    assert f'data-key="study-{study.pk}"' in starred
    assert f'data-key="study-{other.pk}"' not in starred
    browser.force_login(get_user_model().objects.create_user("bob"))
    assert "star is-on" not in browser.get(home).content.decode()
    away = browser.post(
        reverse("study-star", args=[study.pk]), {"on": "1"}, headers={"Referer": "https://elsewhere.example/"}
    )
    assert away["Location"] == home
