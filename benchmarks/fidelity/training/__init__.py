"""Where the learning curves come from; run by hand, once."""
