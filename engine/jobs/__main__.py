"""The child processes: `python -m engine.jobs run FOLDER`, `... sample RUN`, `... search|learn PROJECT`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine.errors import UserError
from engine.jobs.runner import run_job

_GIVE_WAY = 5
"""Long work leaves the processor to the window, and to whatever else the artist does meanwhile."""
_EXIT = {"done": 0, "stopped": 0, "failed": 1}


def main(arguments: list[str]) -> int:
    """Do what the arguments say; returns the exit code."""
    try:
        match arguments:
            case ["run", folder]:
                if hasattr(os, "nice"):
                    os.nice(_GIVE_WAY)
                return _EXIT[run_job(Path(folder), child=True).state]
            case ["sample", folder]:
                from engine.jobs.sampler import serve

                serve(Path(folder))
                return 0
            case ["search", folder]:
                from engine.jobs import text_search

                text_search.serve(Path(folder))
                return 0
            case ["learn", folder]:
                if hasattr(os, "nice"):
                    os.nice(_GIVE_WAY)
                from engine.jobs import learner

                learner.serve(Path(folder))
                return 0
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        "usage: python -m engine.jobs run FOLDER | sample RUN | search PROJECT | learn PROJECT",
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
