"""The command ``redningskrans`` as a process of its own, wherever it is installed."""

from bot.cli import main

if __name__ == "__main__":
    main()
