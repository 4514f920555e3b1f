"""`make callbacks-proof`: 10,000 events to a receiver on bad days; nothing is lost."""
