"""Models of pen moves: recurrent networks and transformers with a mixture-density head."""
