"""`python -m studio [PROJECT]`: how the command line opens the window."""

from studio.app import main

main()
