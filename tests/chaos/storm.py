"""A storm over a running application: real processes, studies of every sort, faults chosen from one seed.

Every fault is something that happens to a process from outside. What recovers is the application; the storm
only starts again what a person or a service manager would.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.app import App, Client

from . import audit
from .clock import Clock
from .faults import Fault
from .grounds import Ground
from .rows import Away, Rows, marks
from .searches import Search

HEARTBEATS = 5
#: Beyond a lease; what hangs is ended after so many seconds, and what is frozen must not look like it.
HANG_SECONDS = 4.0
MEMORY_MB = 128
#: How long nothing may come of any study, in seconds.
PATIENCE = 120.0
#: The longest time between two faults, in seconds, and how many trials end between them at most.
LULL, PACE = 3.0, 6
#: Terminal states of trials.
DONE = ("complete", "failed", "pruned", "cancelled")


class Storm:
    """One application, the studies it was given, and what befell it."""

    def __init__(
        self,
        ground: Ground,
        home: Path,
        seed: int,
        *,
        lease: float = 2.0,
        patience: float = PATIENCE,
        small_disk: bool = False,
        clock: Clock | None = None,
        **environment: str,
    ) -> None:
        """`small_disk`: whether the home lies on one; `clock`: instead of the machine's."""
        self.ground, self.lease, self.patience, self.small_disk = ground, lease, patience, small_disk
        self.chance = random.Random(seed)
        self.clock = clock
        variables = {
            "WORKERS": "4",
            "HPO_LEASE_SECONDS": f"{lease:g}",
            "HPO_HEARTBEAT_SECONDS": f"{lease / HEARTBEATS:g}",
            "HPO_TRIAL_SECONDS": f"{lease + HANG_SECONDS:g}",
            "HPO_TRIAL_MEMORY_MB": str(MEMORY_MB),
        }
        if clock is not None:
            variables |= clock.environment
        self.app = App(home, **variables | ground.environment() | environment)
        self.app.patience = max(self.app.patience, patience)
        self.rows: Rows = ground.rows(home)
        self.faults: Counter[str] = Counter()
        #: Which search each study is, and how many trials it was given.
        self.searches: dict[int, tuple[Search, int]] = {}
        #: Lines that the histories of studies must hold, as often as counted: (study, words).
        self.lines: Counter[tuple[int, str]] = Counter()
        #: How often everything fell asleep while a trial was trained.
        self.slept = 0
        self._token = ""
        self._reader: Client | None = None

    def begin(self) -> None:
        """Start the application and begin to write down what happens to its rows."""
        self.app.start()
        self._token = self.app.make_token()
        audit.set_up(self.rows)

    def client(self) -> Client:
        """A program with a token."""
        return self.app.client(self._token)

    def reader(self) -> Client:
        """Somebody who is signed in and looks at pages; by a new link: clocks jump, and links grow old."""
        if self._reader is None:
            made = self.app.run("sign_in_link")
            assert made.returncode == 0, made.stderr
            self._reader = self.app.client()
            self._reader.get(re.findall(r"http\S+/sign-in/\S+", made.stdout)[0])
        return self._reader

    def search(self, search: Search, trials: int) -> None:
        """Have a study made, over the API; a request that got no answer may have made it all the same."""
        data = search.study(trials)
        data["name"] = f"{search.title} {len(self.searches)}"
        while not (made := self._read("SELECT id FROM trials_study WHERE name = ?", data["name"])):
            try:
                answer = self.client().post("/api/v1/studies", data)
            except OSError:
                self.app.wait_until(self.app.healthy, "it answers again")
            else:
                assert answer.status == 201 or answer.status >= 500, answer.text
        self.searches[made[0]["id"]] = (search, trials)

    # --- looking -----------------------------------------------------------------------------------------
    def _read(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        """Ask the database until it answers."""
        deadline = time.monotonic() + self.patience
        while True:
            try:
                return self.rows.read(sql, *arguments)
            except Away:
                assert time.monotonic() < deadline, "the database stays away"
                time.sleep(0.1)

    def done(self) -> int:
        """How many trials are terminal."""
        sql = f"SELECT count(*) AS n FROM trials_trial WHERE state IN ({marks(DONE)})"
        return int(self._read(sql, *DONE)[0]["n"])

    def given(self) -> int:
        """How many trials it was given to do."""
        return sum(count for _, count in self.searches.values())

    def running(self) -> list[int]:
        """The studies that are not over."""
        return [row["id"] for row in self._read("SELECT id FROM trials_study WHERE state = 'running'")]

    def expect(self, words: str) -> None:
        """Each running study's history must hold one more line with these words; nothing moves now."""
        self.lines.update((study, words) for study in self.running())

    # --- raging ------------------------------------------------------------------------------------------
    def rage(self, faults: Iterable[Fault], more: Callable[[], None] = lambda: None) -> None:
        """Let the faults strike one after the other, then wait until every study is over.

        They are paced by progress, so that a slow machine gets the same storm. `more` is called when all
        studies are over before the faults are: it makes new ones.
        """
        for fault in faults:
            self._lull()
            if not self.running():
                more()
                self._lull()
            self.faults[fault.name] += fault.strike(self)
        self.settle()

    def _lull(self) -> None:
        """Wait until a few more trials are done, or for a while."""
        target, until = self.done() + self.chance.randint(1, PACE), time.monotonic() + LULL
        while time.monotonic() < until and self.done() < target:
            time.sleep(self.chance.uniform(0.02, 0.1))

    def settle(self) -> None:
        """Wait until every study is over, as long as something comes of it."""
        done, since = self.done(), time.monotonic()
        while left := self.running():
            if (now := self.done()) != done:
                done, since = now, time.monotonic()
            stalled = time.monotonic() - since
            assert stalled < self.patience, f"nothing for {stalled:.0f} s; studies {left}\n{self.app.logs()}"
            time.sleep(0.1)
        self.app.wait_until(self.app.healthy, "it is well again")

    def close(self) -> None:
        """Stop everything; fails when a process is left."""
        try:
            self.app.close()
        finally:
            self.ground.close()
