"""The Python client: train anywhere, with the dashboard's optimizers; needs the standard library alone.

Copy this file where your training runs, or install the package: importing it loads nothing else.

    from hpo_dashboard.client import Client

    def train(trial):
        loss = 1.0
        for epoch in range(10):
            loss = (trial.params["x"] - 1) ** 2 + 1 / (1 + epoch)
            if trial.report(epoch, loss):  # True: the trial was cancelled
                break
        return loss

    client = Client("http://localhost:8000", token="hpo_…")
    study = client.create_study(
        name="My network",
        objective={"kind": "external"},
        space={"parameters": [{"name": "x", "type": "float", "low": -5, "high": 5}]},
        metrics=["loss"],
        directions=["minimize"],
        budget={"trials": 20},
    )
    study.optimize(train)
    print(study.best())
"""

import json
import logging
import math
import os
import random
import socket
import threading
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http.client import HTTPException
from typing import Any

__all__ = ["APIError", "Client", "Group", "Pruned", "Study", "StudyOver", "Trial"]

logger = logging.getLogger(__name__)

#: What a training comes to: its value, or a tuple or list of one value for each objective.
Outcome = float | Sequence[float]

#: Answers of a server or proxy in trouble: asking again may help.
TROUBLE = frozenset({429, 502, 503, 504})


class APIError(Exception):
    """The server refused a request: `status`, `code`, `message` and, for wrong input, `fields`."""

    def __init__(self, status: int, code: str, message: str, fields: dict[str, list[str]]) -> None:
        super().__init__(f"{message} ({status} {code})")
        self.status, self.code, self.message, self.fields = status, code, message, fields


class StudyOver(APIError):
    """The study hands out no more trials."""


class Pruned(Exception):
    """Raise it in a function given to `Study.optimize` to end a trial early; its last report counts."""


class Client:
    """A connection to a dashboard.

    Args:
        url: where the dashboard is, such as "http://localhost:8000"; default $HPO_URL.
        token: a bearer token, made with `hpo-dashboard token create --name NAME`; default $HPO_TOKEN.
        patience: seconds to go on trying while the server cannot be reached.
        timeout: seconds to wait for one answer.
    """

    def __init__(self, url: str = "", token: str = "", *, patience: float = 120, timeout: float = 30) -> None:
        self.url = (url or os.environ.get("HPO_URL", "http://localhost:8000")).rstrip("/")
        self.token = token or os.environ.get("HPO_TOKEN", "")
        self.patience, self.timeout = patience, timeout

    def create_study(self, **study: Any) -> "Study":
        """Make and start a study; the keywords are the body of POST /studies."""
        # Sending it twice would make two studies, so a lost answer is an error here.
        return Study(self, self.request("POST", "/studies", study, again=False)["id"])

    def study(self, study_id: int) -> "Study":
        """Return a study that is there already."""
        return Study(self, self.request("GET", f"/studies/{study_id}")["id"])

    def create_group(
        self,
        study: "int | dict[str, Any] | Study",
        optimizers: Sequence[str | dict[str, Any]],
        seeds: int | Sequence[int],
        **more: Any,
    ) -> "Group":
        """Repeat a study with other optimizers and seeds, to be read as one comparison.

        Args:
            study: one that is there, its id, or what `create_study` takes as a dict.
            optimizers: names, or dicts of a name and options.
            seeds: how many, from the study's own on; or a list of them.
            more: `budget` instead of the study's, `name` of the group.
        """
        source = study.id if isinstance(study, Study) else study
        chosen = seeds if isinstance(seeds, int) else list(seeds)
        body = {"study": source, "optimizers": list(optimizers), "seeds": chosen, **more}
        return Group(self, self.request("POST", "/groups", body, again=False)["id"])

    def group(self, group_id: int) -> "Group":
        """Return a group that is there already."""
        return Group(self, self.request("GET", f"/groups/{group_id}")["id"])

    def compare(self, *studies: "int | Study") -> list[dict[str, Any]]:
        """Compare any studies; one dict for each metric, as `Group.comparison` returns them."""
        keys = [each.id if isinstance(each, Study) else each for each in studies]
        return list(self.request("GET", f"/compare?studies={','.join(map(str, keys))}")["panels"])

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.request("GET", f"{path}&cursor={cursor}")
            yield from page["items"]
            cursor = page["next_cursor"]

    def request(self, method: str, path: str, body: Any = None, *, again: bool = True) -> Any:
        """Send one request and return its JSON; while there is no answer, try again with growing pauses.

        Args:
            again: whether the request may be sent a second time after its answer was lost.

        Raises:
            APIError: the server refused.
            ConnectionError: the server could not be reached for `patience` seconds.
        """
        deadline = time.monotonic() + self.patience
        pause = 0.1
        while True:
            try:
                return self._send(method, path, body)
            except (OSError, HTTPException) as error:
                refused = isinstance(getattr(error, "reason", error), ConnectionRefusedError)
                if time.monotonic() + pause > deadline or not (again or refused):
                    raise ConnectionError(f"No answer from {self.url}: {error}") from error
            time.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, 10.0)

    def _send(self, method: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            if error.code in TROUBLE:
                raise
            raise _refusal(error) from None


def _refusal(error: urllib.error.HTTPError) -> APIError:
    """Turn an error answer into an exception; also one of a proxy, which knows nothing of our shape."""
    try:
        told = json.loads(error.read())["error"]
        code, message, fields = told["code"], told["message"], told["fields"]
    except (ValueError, KeyError, TypeError):
        code, message, fields = "http_error", f"The server answered {error.code} {error.reason}", {}
    return (StudyOver if code == "study_over" else APIError)(error.code, code, message, fields)


class Group:
    """One study repeated with other optimizers and seeds."""

    def __init__(self, client: Client, group_id: int) -> None:
        self.client, self.id = client, group_id
        self.path = f"/groups/{group_id}"

    @property
    def url(self) -> str:
        """The group's comparison."""
        return f"{self.client.url}/compare/?group={self.id}"

    def __repr__(self) -> str:
        return f"<Group {self.id} at {self.url}>"

    def read(self) -> dict[str, Any]:
        """Return its name and the state, optimizer, seed and best value of each study."""
        return dict(self.client.request("GET", self.path))

    def studies(self) -> "list[Study]":
        """Return its studies."""
        return [Study(self.client, each["id"]) for each in self.read()["studies"]]

    def comparison(self) -> list[dict[str, Any]]:
        """Return what it shows so far: arms from the best to the worst, and pairs compared seed by seed."""
        return list(self.client.request("GET", f"{self.path}/comparison")["panels"])

    def pause(self) -> None:
        """Pause all studies."""
        self.client.request("POST", f"{self.path}/pause")

    def resume(self) -> None:
        """Go on with all that are paused."""
        self.client.request("POST", f"{self.path}/resume")

    def stop(self, *, after_running: bool = False) -> None:
        """End all studies now, or once what runs has finished."""
        self.client.request("POST", f"{self.path}/stop", {"after_running": after_running})

    def delete(self) -> None:
        """Delete all studies; for a day `restore` brings them back."""
        self.client.request("DELETE", self.path)

    def restore(self) -> None:
        """Undo a deletion."""
        self.client.request("POST", f"{self.path}/restore")


class Study:
    """A study on the dashboard."""

    def __init__(self, client: Client, study_id: int) -> None:
        self.client, self.id = client, study_id
        self.path = f"/studies/{study_id}"

    @property
    def url(self) -> str:
        """The study's page."""
        return f"{self.client.url}/studies/{self.id}/"

    def __repr__(self) -> str:
        return f"<Study {self.id} at {self.url}>"

    def read(self) -> dict[str, Any]:
        """Return the study as it is now: state, counts, best value and all that made it."""
        return dict(self.client.request("GET", self.path))

    def best(self) -> list[dict[str, Any]]:
        """Return the best trial as [{number, params, values, …}]; empty before the first is complete.

        Of several objectives it is the front: all trials that no other one beats. `pick` marks the one that
        stands for the study.
        """
        return list(self.client.request("GET", f"{self.path}/best"))

    def pick(self, number: int | None) -> None:
        """Choose the trial of the front that stands for the study; None goes back to its compromise."""
        self.client.request("POST", f"{self.path}/pick", {"number": number})

    def trials(self, state: str = "", order: str = "number") -> Iterator[dict[str, Any]]:
        """Yield the trials, for example `trials(state="complete", order="-value")`."""
        chosen = f"&state={state}" if state else ""
        yield from self.client.pages(f"{self.path}/trials?limit=1000&order={order}{chosen}")

    def pause(self) -> None:
        """Have nothing more asked or started; what runs may finish."""
        self.client.request("POST", f"{self.path}/pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self.client.request("POST", f"{self.path}/resume")

    def stop(self, *, after_running: bool = False) -> None:
        """End the study; trials that run are cancelled and learn of it by their next heartbeat or report.

        Args:
            after_running: let them finish first.
        """
        self.client.request("POST", f"{self.path}/stop", {"after_running": after_running})

    def change(self, **changes: Any) -> dict[str, Any]:
        """Change `name`, `tags`, `parallelism`, `budget` or `space`; return the study as it is then.

        Limits in `budget` replace those there are, None takes one away; a study that is over goes on:
        `study.change(budget={"trials": 100})`.
        """
        return dict(self.client.request("PATCH", self.path, changes))

    def write_note(
        self, text: str | None = None, *, trial: int | None = None, tags: Sequence[str] | None = None
    ) -> None:
        """Write the note of the study or of one of its trials, in Markdown; "" removes it.

        Args:
            trial: a trial's number; default: the study.
            tags: the trial's tags; those of the study are changed with `change(tags=…)`. None leaves them.
        """
        given = {"text": text, "tags": None if tags is None else list(tags)}
        body = {name: value for name, value in given.items() if value is not None}
        place = self.path if trial is None else f"{self.path}/trials/{trial}"
        self.client.request("PUT", f"{place}/note", body)

    def star(self, on: bool = True) -> None:
        """Make the study one of your favourites, or take it out of them."""
        self.client.request("PUT" if on else "DELETE", f"{self.path}/star")

    def enqueue(self, *configurations: dict[str, Any]) -> list[int]:
        """Queue configurations of your own before what the optimizer suggests; return their trials' numbers.

        Parameters that are left out get their default. What waits or runs already is not queued twice.
        """
        body = {"params": list(configurations)}
        return list(self.client.request("POST", f"{self.path}/trials", body)["numbers"])

    def cancel(self, number: int) -> None:
        """Cancel a queued or running trial; one that is over stays as it is."""
        self.client.request("POST", f"{self.path}/trials/{number}/cancel")

    def retry(self, *numbers: int) -> dict[int, int]:
        """Retry trials that failed, were cancelled or pruned; without numbers, all that failed.

        Returns the number of the trial that repeats each; one that was retried before is not retried again.
        """
        body = {"numbers": list(numbers)} if numbers else {}
        answer = self.client.request("POST", f"{self.path}/retry", body)
        return {int(number): repeated for number, repeated in answer["numbers"].items()}

    def delete(self) -> None:
        """Delete the study; for a day `restore` brings it back."""
        self.client.request("DELETE", self.path)

    def restore(self) -> None:
        """Undo a deletion."""
        self.client.request("POST", f"{self.path}/restore")

    def ask(
        self, *, worker: str = "", lease_seconds: float | None = None, wait: float | None = None
    ) -> "Trial | None":
        """Return a trial to train, once there is one.

        Args:
            worker: what you are called on the pages; default host name and process id.
            lease_seconds: how long the trial stays yours without a heartbeat; default 15. Heartbeats are
                sent by a thread as long as this process lives.
            wait: seconds to wait while all trials are handed out, then return None; default: for ever.

        Raises:
            StudyOver: the study hands out no more.
        """
        worker = worker or f"{socket.gethostname()}:{os.getpid()}"
        body = {"count": 1, "worker": worker[:200], "lease_seconds": lease_seconds}
        deadline = math.inf if wait is None else time.monotonic() + wait
        patience = 1.0
        while True:
            answer = self.client.request("POST", f"{self.path}/ask", body)
            if answer["trials"]:
                return Trial(self, answer["trials"][0], lease_seconds or 15.0)
            pause = max(answer["retry_after"], min(patience * answer["retry_after"], 1.0))
            if time.monotonic() + pause > deadline:
                return None
            time.sleep(pause)
            patience *= 1.5

    def optimize(
        self, fn: Callable[["Trial"], Outcome], n_trials: int | None = None, *, worker: str = ""
    ) -> None:
        """Train trials with `fn` until the study is over, or `n_trials` of them.

        `fn` gets a Trial and returns its value, or a sequence of one value for each objective; what the study
        limits besides goes into `trial.metrics`. An exception makes it a failed trial with that reason;
        `Pruned` a pruned one. Run this in several processes, on several machines, for parallel trials.
        """
        done = 0
        while n_trials is None or done < n_trials:
            try:
                trial = self.ask(worker=worker)
            except StudyOver:
                return
            if trial is not None:
                trial.run(fn)
                done += 1


class Trial:
    """A trial to train: `params`, `number`, `fidelity` and whom it continues (`parent`, `start_from`).

    A thread sends heartbeats until `tell` or `fail`. Also a context manager: leaving it through an exception
    tells that the training failed.
    """

    def __init__(self, study: Study, handed: dict[str, Any], lease_seconds: float) -> None:
        self.study = study
        self.number: int = handed["number"]
        self.params: dict[str, Any] = handed["params"]
        self.fidelity: float | None = handed["fidelity"]
        self.parent: int | None = handed["parent"]
        self.start_from: int | None = handed["start_from"]
        self.should_stop = False
        """Whether training on is of no use: a rule stops the trial, or it was cancelled or lost."""
        self.reason = ""
        """Why the study's stopping rule stops the trial, once it does."""
        self.metrics: dict[str, float] = {}
        """What else was measured; told with the value."""
        self._token: str = handed["token"]
        self._path = f"{study.path}/trials/{self.number}"
        self._started = time.monotonic()
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._beat, args=(lease_seconds / 5,), daemon=True)
        self._heart.start()

    def __repr__(self) -> str:
        return f"<Trial {self.number} of study {self.study.id}: {self.params}>"

    def report(self, step: float, value: float) -> bool:
        """Send an intermediate value; True when training on is of no use: raise `Pruned`, or tell it pruned.

        Args:
            step: how far the training is; the number of the fold, from 1, where a rule compares folds.
            value: NaN and infinity are not sent.
        """
        if math.isfinite(value):
            self._heard(self._post("reports", step=step, value=value))
        return self.should_stop

    def _heard(self, answer: dict[str, Any]) -> None:
        self.should_stop = self.should_stop or answer["should_stop"]
        self.reason = answer.get("reason") or self.reason

    def tell(self, value: Outcome | None = None, *, pruned: bool = False, **more: Any) -> None:
        """End the trial with its value, or one for each objective; NaN or infinity makes it a failed one.

        Sent again until it arrives: the token makes the second of two equal tells harmless. A pruned trial
        may leave its value to the last report. `more`: metrics, constraints, user_attrs as in the API.

        Raises:
            APIError: with code "lease_lost" when the trial was cancelled or given to somebody else.
        """
        outcome: dict[str, Any] = {"metrics": self.metrics | more.pop("metrics", {})}
        if isinstance(value, tuple | list):
            outcome["values"] = [float(each) for each in value]
        elif value is not None:
            outcome["value"] = float(value)
        self._end(state="pruned" if pruned else "complete", **outcome, **more)

    def fail(self, error: BaseException | str) -> None:
        """End the trial as failed, with the reason that its page shows."""
        reason = {"message": _storable(str(error) or type(error).__name__)}
        if isinstance(error, BaseException):
            reason["exception"] = type(error).__name__
            reason["traceback"] = _storable("".join(traceback.format_exception(error)))
        self._end(state="failed", error=reason)

    def run(self, fn: Callable[["Trial"], Outcome]) -> None:
        """Train with `fn` and tell what it returns or raises."""
        try:
            outcome = self._outcome(fn)
        except BaseException:  # Ctrl-C: without heartbeats the trial soon goes to somebody else
            self._over.set()
            raise
        try:
            outcome()
        except APIError as error:
            if error.code != "lease_lost":
                raise
            logger.warning("Trial %s was cancelled or lost: %s", self.number, error.message)

    def _outcome(self, fn: Callable[["Trial"], Outcome]) -> Callable[[], None]:
        """Train; return what is to be told."""
        try:
            found = fn(self)
            value = tuple(map(float, found)) if isinstance(found, tuple | list) else float(found)
        except Pruned:
            return partial(self.tell, pruned=True)
        except Exception as error:
            logger.exception("Trial %s failed", self.number)
            return partial(self.fail, error)
        return partial(self.tell, value)

    def __enter__(self) -> "Trial":
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not self._over.is_set():
            self.fail(error)
        self._over.set()

    def _end(self, **outcome: Any) -> None:
        self._over.set()
        self._post("tell", seconds=time.monotonic() - self._started, **outcome)

    def _post(self, action: str, **body: Any) -> Any:
        return self.study.client.request("POST", f"{self._path}/{action}", {"token": self._token} | body)

    def _beat(self, pause: float) -> None:
        while not self._over.wait(pause):
            try:
                self._heard(self._post("heartbeat"))
            except (APIError, ConnectionError) as error:
                logger.warning("No heartbeat for trial %s: %s", self.number, error)
            if self.should_stop:
                return


def _storable(text: str) -> str:
    """Text as every database takes it, its last 20,000 characters."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")[-20_000:]
