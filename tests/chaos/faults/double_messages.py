"""Messages arrive again that have arrived before, as brokers deliver them after a failure of their own."""

from celery import Celery
from kombu.exceptions import OperationalError

from tests.chaos.storm import Storm

from .base import Fault

STARTED = "SELECT id FROM trials_trial WHERE started_at IS NOT NULL ORDER BY started_at DESC LIMIT 20"


class DoubleMessages(Fault):
    name = "messages doubled"
    weight = 3

    def strike(self, storm: Storm) -> bool:
        trials = [row["id"] for row in storm.rows.read(STARTED)]
        url = storm.ground.broker_url(storm.app.home).replace("unix://", "redis+socket://", 1)
        with Celery(broker=url) as app:
            app.conf.broker_connection_retry = app.conf.task_publish_retry = False
            app.conf.task_ignore_result = True
            try:
                for trial in trials:
                    app.send_task("trials.tasks.run_trial", (trial,), queue="training")
                for study in storm.running() * 3:
                    app.send_task("trials.tasks.advance_study", (study,), queue="optimizers")
            except OperationalError:  # it has just been killed
                return False
        return bool(trials)
