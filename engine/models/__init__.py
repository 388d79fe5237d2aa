"""Models: recurrent networks over pen moves, with a mixture-density head."""
