"""One-time sign-in links, the sign-in page and signing out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from trials.models import SignInLink
from trials.models.access import owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret() -> str:
    return SignInLink.make(owner())


def test_the_link_signs_the_owner_in(client: Client, secret: str):
    answer = client.get(reverse("sign-in-link", args=[secret]))
    assert answer.url == reverse("studies")
    assert client.session["_auth_user_id"] == str(owner().pk)


def test_the_link_works_once(client: Client, secret: str):
    client.get(f"/sign-in/{secret}/")
    answer = Client().get(f"/sign-in/{secret}/")
    assert answer.status_code == 403
    assert "was used already" in answer.text
    assert "sign_in_link" in answer.text


def test_an_old_link_is_refused(client: Client, secret: str):
    SignInLink.objects.update(created=timezone.now() - timedelta(hours=1, seconds=1))
    assert client.get(f"/sign-in/{secret}/").status_code == 403
    assert "_auth_user_id" not in client.session


def test_whoever_is_signed_in_does_not_spend_the_link(client: Client, secret: str):
    client.force_login(owner())
    assert client.get(f"/sign-in/{secret}/").url == reverse("studies")
    assert SignInLink.objects.get().used is None


@pytest.mark.parametrize(
    ("method", "headers"), [("get", {"Sec-Purpose": "prefetch"}), ("head", {}), ("post", {})]
)
def test_only_a_person_who_opens_it_spends_the_link(
    client: Client, secret: str, method: str, headers: dict[str, str]
):
    getattr(client, method)(f"/sign-in/{secret}/", headers=headers)
    assert SignInLink.objects.get().used is None


def test_every_other_page_sends_a_stranger_to_sign_in(client: Client):
    answer = client.get("/")
    assert answer.url == "/sign-in/?next=/"
    assert client.get(answer.url).status_code == 200


def test_signing_out_takes_a_post(client: Client):
    client.force_login(owner())
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == "/sign-in/"
    assert "_auth_user_id" not in client.session
