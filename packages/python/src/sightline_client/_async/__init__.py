"""The client with `await`. `make_sync.py` makes `_sync` from these files."""
