"""Ways in: the one-time sign-in link that `up` prints, and bearer tokens for the API."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils import timezone


def digest(secret: str) -> str:
    """The form in which a secret is stored: long random secrets need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def owner() -> AbstractBaseUser:
    """Return the owner account, made at the first start; it has no password."""
    users = get_user_model()
    user, made = users.objects.get_or_create(
        username="owner", defaults={"is_staff": True, "is_superuser": True}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


class SignInLink(models.Model):
    """A secret that signs its user in once, within an hour."""

    LIFETIME = timedelta(hours=1)

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    created = models.DateTimeField(auto_now_add=True)
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link {self.pk}"

    @classmethod
    def make(cls, user: AbstractBaseUser) -> str:
        """Store a new link for the user and return its secret, which is shown once and never stored."""
        secret = secrets.token_urlsafe(24)
        cls.objects.create(digest=digest(secret), user=user)
        return secret

    @classmethod
    def use(cls, secret: str) -> AbstractBaseUser | None:
        """Spend the link: return its user, or None when it is unknown, spent or older than an hour."""
        now = timezone.now()
        won = cls.objects.filter(digest=digest(secret), used=None, created__gt=now - cls.LIFETIME).update(
            used=now
        )
        return cls.objects.select_related("user").get(digest=digest(secret)).user if won else None


class AccessToken(models.Model):
    """A bearer token for the HTTP API and the CSV export."""

    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    created = models.DateTimeField(auto_now_add=True)
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def make(cls, user: AbstractBaseUser, name: str) -> str:
        """Store a new token and return its secret, which is shown once and never stored."""
        secret = "hpo_" + secrets.token_urlsafe(32)
        cls.objects.create(digest=digest(secret), user=user, name=name)
        return secret

    @classmethod
    def user_of(cls, secret: str) -> AbstractBaseUser | None:
        """Return the user a token speaks for; its last use is noted at most once a minute."""
        token = cls.objects.select_related("user").filter(digest=digest(secret), user__is_active=True).first()
        if token is None:
            return None
        now = timezone.now()
        if token.used is None or now - token.used > timedelta(minutes=1):
            cls.objects.filter(pk=token.pk).update(used=now)
        return token.user
