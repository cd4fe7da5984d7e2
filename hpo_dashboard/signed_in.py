"""Who is signed in, as Django keeps it, by two statements that are built once; the settings name the classes.

A page that polls asks each second, and building a statement costs ten times what running it does.
"""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from trials.models.prepared import Prepared

_session = Prepared(Session, lambda key: Session.objects.filter(session_key=key))
_user = Prepared(User, lambda pk: User.objects.filter(pk=pk))


class SessionStore(db.SessionStore):
    """Sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        found = _session.first(self.session_key) if self.session_key else None
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found


class People(ModelBackend):
    """The accounts in the database."""

    def get_user(self, user_id: int) -> User | None:
        user = _user.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
