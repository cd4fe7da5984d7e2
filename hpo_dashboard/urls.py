"""Every address: pages, API and health."""

from django.urls import include, path

from trials.api import api, docs
from trials.views.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", api.urls),
    path("api/docs", docs.page, name="api-docs"),
    path("", include("trials.urls")),
]
