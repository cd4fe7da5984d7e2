"""Rules that stop a bad trial early, for any optimizer: one file each in `rules`, found by discovery.

from optimizers.early_stopping import Curve, Horizon, create
rule = create("median", Horizon("steps", 27))
decision = rule.decide(Curve(7, [1, 2, 3], [0.9, 0.8, 0.8]), others)
if decision.stop: print(decision.reason)
"""

from optimizers.early_stopping.base import Curve, Decision, Horizon, Kind, Rule
from optimizers.early_stopping.registry import available, create, get

__all__ = ["Curve", "Decision", "Horizon", "Kind", "Rule", "available", "create", "get"]
