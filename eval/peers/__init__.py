"""Isnad beside its peers, in one run: `python -m eval.peers DATA` (pip install -e '.[peers]')."""
