"""One engine, one file: what stands in this package is what `renderer` can name."""
