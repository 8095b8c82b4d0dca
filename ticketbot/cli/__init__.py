"""The command line's subcommands: one module for each, loaded when it is called.

Such a module is called as its subcommand, with ``_`` for ``-``, and holds it as ``command``. It imports what it needs
at its top; nothing of another subcommand is loaded with it. The other modules are what several share.
"""
