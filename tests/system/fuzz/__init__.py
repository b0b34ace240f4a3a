"""Valid submissions, mutated at random, and the verdict on what the register's reader makes of them."""
