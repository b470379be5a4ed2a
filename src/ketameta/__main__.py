"""`python -m ketameta` is `ketameta`."""

from ketameta.cli.app import main

if __name__ == "__main__":
    main()
