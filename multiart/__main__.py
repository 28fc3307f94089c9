"""``python -m multiart``; see `multiart.cli`."""

from multiart.cli import main

if __name__ == "__main__":
    main()
