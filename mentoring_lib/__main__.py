"""``python -m mentoring_lib``: nothing is imported before it is known that this process is to do something."""

import gc
import sys

gc.set_threshold(100_000, 50, 50)  # a command is short: looking for garbage often would take a tenth of its time

if __name__ == "__main__":
    try:
        from mentoring_lib.app.cli import main

        sys.exit(main())
    except KeyboardInterrupt:
        print("\nDarbs pārtraukts.", file=sys.stderr)
        sys.exit(130)
