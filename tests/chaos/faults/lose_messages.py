"""The broker forgets what waits in it."""

import redis

from tests.chaos.storm import Storm

from .base import Fault, until


class LoseMessages(Fault):
    name = "messages lost"
    weight = 3

    def strike(self, storm: Storm) -> bool:
        try:
            with redis.Redis.from_url(storm.ground.broker_url(storm.app.home)) as client:
                return until(lambda: client.delete("training", "optimizers"))
        except redis.RedisError:  # it has just been killed
            return False
