"""``python -m mentoring_lib``: nothing is imported before it is known that this process is to do something."""

import gc
import sys

gc.set_threshold(10_000, 50, 50)  # a command is short: garbage is looked for seldom, but each letter leaves a megabyte

if __name__ == "__main__":
    try:
        from mentoring_lib.app.cli import main

        sys.exit(main())
    except KeyboardInterrupt:
        print("\nDarbs pārtraukts.", file=sys.stderr)
        exec("")  # if Ctrl+C came inside another exec (a dataclass is made by one), Python would end by the signal
        sys.exit(130)
