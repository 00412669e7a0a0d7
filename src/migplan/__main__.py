"""`python -m migplan` is `migplan`."""

from migplan.cli import main

if __name__ == "__main__":
    main()
