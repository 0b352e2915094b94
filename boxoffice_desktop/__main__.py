"""`python -m boxoffice_desktop` is `boxoffice`."""

from boxoffice_desktop.cli import main

main()
