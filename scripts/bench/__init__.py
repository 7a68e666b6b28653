"""`make bench`: what a message costs, ours beside others', all in one run against one stub of the Bot API."""
