"""One file per chart: a pure data step, then a pure figure step. Views read them through the registry."""
