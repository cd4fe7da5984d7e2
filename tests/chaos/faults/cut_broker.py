"""The broker drops every client."""

import redis

from tests.chaos.storm import Storm

from .base import Fault


class CutBroker(Fault):
    name = "broker connections cut"
    weight = 5

    def strike(self, storm: Storm) -> bool:
        try:
            with redis.Redis.from_url(storm.ground.broker_url(storm.app.home)) as client:
                return client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes") > 0
        except redis.RedisError:  # it has just been killed
            return False
