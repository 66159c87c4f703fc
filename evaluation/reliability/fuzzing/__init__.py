"""What ``fuzz.py`` and ``fuzz_guided.py`` share: damage, targets, and the count of how each input ended."""
