"""What goes wrong at random: the state machine walked at random, real processes killed at random."""
