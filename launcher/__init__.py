"""`make run` and the set-up before it: the whole project on one machine, started and stopped as one thing."""
