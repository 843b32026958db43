"""The client without `await`. Made by `make_sync.py`."""
