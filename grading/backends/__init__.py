"""What marks answers: every backend fits on papers, gives a probability for every mark, saves and loads."""
