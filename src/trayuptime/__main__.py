"""`python -m trayuptime` is `trayuptime`."""

import sys

from trayuptime.cli.main import main

sys.exit(main())
