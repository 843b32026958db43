"""That of the service. A test compares the two."""

__version__ = "0.1.0"
