"""`up` is started twice at once on the same home: the second must see the first and leave."""

import subprocess

from tests.chaos.storm import Storm

from .base import Fault


class TwoSupervisors(Fault):
    name = "a second supervisor started"
    short = False  # tests/hpo_dashboard/test_up.py does it in every run

    def strike(self, storm: Storm) -> bool:
        second = subprocess.run(
            [*storm.app.command, "up"],
            env=storm.app.environment | {"PORT": "0"},
            cwd=storm.app.home,
            capture_output=True,
            text=True,
            timeout=storm.app.patience,
        )
        assert second.returncode == 1, second
        assert "already runs on" in second.stderr, second
        return True
