"""`python -m v1z3r_core` is the `v1z3r` command."""

import sys

from v1z3r_core.app.main import main

if __name__ == "__main__":
    sys.exit(main())
