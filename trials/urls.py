"""The addresses of the pages."""

from django.urls import path

from .views import (
    charts,
    control,
    examples,
    export,
    final,
    new_study,
    sign_in,
    studies,
    study,
    trial,
    workers,
)

urlpatterns = [
    path("", studies.page, name="studies"),
    path("live/", studies.live, name="studies-live"),
    path("examples/<slug:name>/", examples.start, name="example-start"),
    path("studies/new/", new_study.page, name="study-new"),
    path("studies/new/space/", new_study.space, name="study-new-space"),
    path("studies/new/preview/", new_study.preview, name="study-new-preview"),
    path("studies/<int:pk>/", study.overview, name="study"),
    path("studies/<int:pk>/live/", study.live, name="study-live"),
    path("studies/<int:pk>/trials/", study.trials, name="study-trials"),
    path("studies/<int:pk>/charts/<str:name>.json", charts.data, name="study-chart"),
    path("studies/<int:pk>/trials.csv", export.trials_csv, name="study-csv"),
    path("studies/<int:pk>/result/", study.result, name="study-result"),
    path("studies/<int:pk>/result/retry/", final.retry, name="study-result-retry"),
    path("studies/<int:pk>/result/<str:name>", final.download, name="study-result-file"),
    path("studies/<int:pk>/trials/<int:number>/reproduce.py", final.trial_script, name="trial-script"),
    path("studies/<int:pk>/<str:action>/", control.act, name="study-control"),
    path("studies/<int:pk>/trials/<int:number>/", trial.page, name="trial"),
    path("studies/<int:pk>/trials/<int:number>/live/", trial.live, name="trial-live"),
    path("workers/", workers.page, name="workers"),
    path("workers/live/", workers.live, name="workers-live"),
    path("sign-in/", sign_in.page, name="sign-in"),
    path("sign-in/<str:secret>/", sign_in.link, name="sign-in-link"),
    path("sign-out/", sign_in.leave, name="sign-out"),
]
