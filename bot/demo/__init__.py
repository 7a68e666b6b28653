"""The demo: everything on one machine, without a token."""
