"""What every HTTP endpoint shares: strict JSON in, problems out, pages, a schema."""
