"""The command line's subcommands: one module for each, loaded when it is called.

A module is called as its subcommand, with ``_`` for ``-``, and holds it as ``command``. It imports what it needs at its
top; nothing of another subcommand is loaded with it.
"""
