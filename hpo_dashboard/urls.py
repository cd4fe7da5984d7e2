"""Every address: pages, API, health and metrics."""

from django.urls import include, path

from trials.api import api, docs
from trials.views import metrics
from trials.views.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics.page, name="metrics"),
    path("api/v1/", api.urls),
    path("api/docs", docs.page, name="api-docs"),
    path("", include("trials.urls")),
]
