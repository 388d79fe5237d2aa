"""Whether drawings of a machine are as good as real ones, by figures that expose one another's cheats.

Each figure alone is won by someone who cannot draw: copies of the training set have the right distribution,
ten good drawings repeated look real one by one, and moves in any order are as long as real ones. So they are
read together, each beside what real drawings that were held out get, and beside those cheats.
"""
