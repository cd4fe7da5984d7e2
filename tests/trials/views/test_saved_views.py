"""Saved views: an address with all of its query under a name, each person's own."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from trials.models import SavedView


def save(browser, study, name, address):
    return browser.post(reverse("study-views", args=[study.pk]), {"name": name, "address": address})


def test_a_view_is_saved_from_where_one_stands_opened_renamed_and_deleted(browser, make_study):
    study = make_study()
    address = f"http://testserver/studies/{study.pk}/trials/?state=failed&param:C.max=10&ticked=3,8"
    views = reverse("study-views", args=[study.pk])
    form = browser.get(views, headers={"Referer": address}).content.decode()
    assert address.replace("&", "&amp;") in form
    answer = save(browser, study, "Odd ones", address)
    assert answer["Location"] == address.removeprefix("http://testserver")
    assert browser.get(answer["Location"]).status_code == 200
    view = SavedView.objects.get()
    browser.post(reverse("study-view-rename", args=[study.pk, view.pk]), {"name": "Failures"})
    listed = browser.get(views).content.decode()
    assert "Failures" in listed
    assert "Odd ones" not in listed
    browser.post(reverse("study-view-delete", args=[study.pk, view.pk]))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://elsewhere.example/",
        "/studies/{other}/trials/",
        "/studies/{pk}/delete/",
        "//x/[",
        "/a" * 3000,
    ],
)
def test_only_pages_of_the_study_are_saved(browser, make_study, address):
    study = make_study()
    answer = save(browser, study, "Mine", address.format(pk=study.pk, other=study.pk + 1))
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_two_views_of_one_name_are_refused_beside_the_field(browser, make_study):
    study = make_study()
    here = f"/studies/{study.pk}/"
    save(browser, study, "Mine", here)
    answer = save(browser, study, "Mine", here)
    assert answer.status_code == 422
    assert "There is a view “Mine” already" in answer.content.decode()


def test_views_are_their_owners_alone(browser, make_study):
    study = make_study()
    save(browser, study, "Mine", f"/studies/{study.pk}/")
    view = SavedView.objects.get()
    browser.force_login(get_user_model().objects.create_user("bob"))
    assert "Mine" not in browser.get(reverse("study-views", args=[study.pk])).content.decode()
    assert browser.post(reverse("study-view-delete", args=[study.pk, view.pk])).status_code == 404
    assert SavedView.objects.exists()
