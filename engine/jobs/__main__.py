"""The child processes: `python -m engine.jobs run FOLDER`, `... sample RUN`, `... learn PROJECT`, more."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from engine.errors import UserError
from engine.jobs.runner import run_job

_GIVE_WAY = 5
"""Long work leaves the processor to the window, and to whatever else the artist does meanwhile."""
_EXIT = {"done": 0, "stopped": 0, "failed": 1}


def main(arguments: list[str]) -> int:
    """Do what the arguments say; returns the exit code."""
    try:
        match arguments:
            case ["run", folder] if int(os.environ.get("RANK", "0")) > 0:
                return main(["follow", folder])
            case ["run", folder]:
                _give_way()
                # Under torchrun nobody speaks to it, and an input that ends means nothing.
                return _EXIT[run_job(Path(folder), child="WORLD_SIZE" not in os.environ).state]
            case ["follow", folder]:
                _give_way()
                from engine.jobs.training import follow

                follow(Path(folder))
                return 0
            case ["sample", *weights_and_project] if len(weights_and_project) <= 2:
                from engine.jobs.sampler import serve

                serve(*map(Path, weights_and_project))
                return 0
            case ["search", folder]:
                from engine.jobs import text_search

                text_search.serve(Path(folder))
                return 0
            case ["learn", folder]:
                _give_way()
                from engine.jobs import learner

                learner.serve(Path(folder))
                return 0
            case ["estimates", folder]:
                _give_way()
                from engine.jobs import estimates

                estimates.serve(Path(folder))
                return 0
            case ["recipes", folder]:
                from engine.jobs import recipes

                recipes.serve(Path(folder))
                return 0
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        "usage: python -m engine.jobs run|follow FOLDER | sample [RUN|CHECKPOINT [PROJECT]] | "
        "search|learn|estimates|recipes PROJECT",
        file=sys.stderr,
    )
    return 2


def _give_way() -> None:
    if hasattr(os, "nice"):
        os.nice(_GIVE_WAY)


def _leave(code: int) -> NoReturn:
    """End the program; one of several that trained together ends at once.

    As it unloads, torch 2.15 aborts now and then where processes were joined, and torchrun takes a follower
    that aborts for a reason to end the leader, which may still be saving.
    """
    if "WORLD_SIZE" in os.environ:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    _leave(main(sys.argv[1:]))
