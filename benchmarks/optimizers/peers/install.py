"""Makes the environments of the peers, each with its own packages; run by hand, once.

python -m benchmarks.optimizers.peers.install [--only optuna hyperopt skopt smac hebo]

They go to .cache/peers, or where HPO_PEERS points. Optuna's Gaussian process and HEBO bring PyTorch.
"""

from __future__ import annotations

import argparse
import subprocess
import venv

from benchmarks.optimizers.contestants import PEERS_HOME

PACKAGES: dict[str, tuple[str, ...]] = {
    "optuna": ("optuna==5.0.0", "cmaes", "scipy", "torch"),
    "hyperopt": ("hyperopt==0.3.0",),
    "skopt": ("scikit-optimize==0.10.2",),
    "smac": ("smac==2.4.1",),
    # HEBO asks for packages it only needs for other surrogates, and pip searches for long: named by hand.
    "hebo": (
        "numpy<1.25",
        "pandas<2.2",
        "torch==2.2.2",
        "pymoo==0.6.0",
        "scikit-learn<1.5",
        "scipy<1.13",
        "gpytorch<1.13",
        "disjoint-set",
    ),
}
WITHOUT_DEPENDENCIES: dict[str, str] = {"hebo": "HEBO==0.3.6"}


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the environments of the peers.")
    parser.add_argument("--only", nargs="+", default=list(PACKAGES), choices=list(PACKAGES))
    for name in parser.parse_args().only:
        folder = PEERS_HOME / name
        venv.create(folder, with_pip=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        wanted = [PACKAGES[name]]
        if name in WITHOUT_DEPENDENCIES:
            wanted.append(("--no-deps", WITHOUT_DEPENDENCIES[name]))
        done = all(subprocess.run([*pip, *packages], check=False).returncode == 0 for packages in wanted)
        print(f"{name}: {'installed' if done else 'NOT INSTALLED'}", flush=True)


if __name__ == "__main__":
    main()
