"""The maintainer's commands, each started with ``python run.py WORD`` (docs/upkeep.md)."""
