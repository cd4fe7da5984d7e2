"""Being signed in: as Django does it, and a page that polls builds no SQL to find out."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client
from django.utils import timezone

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create(username="ada")


@pytest.fixture
def browser(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def test_a_session_opens_the_pages(browser: Client):
    assert browser.get("/").status_code == 200


def test_a_session_that_has_run_out_does_not(browser: Client):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert browser.get("/").status_code == 302


def test_a_session_that_was_ended_elsewhere_does_not(browser: Client):
    Session.objects.all().delete()
    assert browser.get("/").status_code == 302


def test_an_account_that_was_closed_does_not(browser: Client, ada: User):
    User.objects.update(is_active=False)
    assert browser.get("/").status_code == 302


def test_one_who_was_signed_in_by_an_older_version_still_is(ada: User):
    client = Client()
    client.force_login(ada, "django.contrib.auth.backends.ModelBackend")
    assert client.get("/").status_code == 200


def test_an_unchanged_page_builds_no_sql(browser: Client, monkeypatch: pytest.MonkeyPatch):
    etag = browser.get("/live/").headers["ETag"]
    built = []
    as_sql = SQLCompiler.as_sql

    def counted(self, *args, **kwargs):
        built.append(self.query.model)
        return as_sql(self, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", counted)
    # Without a worker the banner asks which trials wait: that is the one statement.
    assert browser.get("/live/", headers={"If-None-Match": etag}).status_code == 304
    assert len(built) <= 1
