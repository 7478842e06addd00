"""``python -m runbooklab`` is ``runbook``."""

from runbooklab.cli import main

main()
