"""HTTP: thin edges over one step each."""
