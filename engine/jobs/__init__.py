"""Jobs: long work in a folder of its own, run by a child process."""
