"""Price lists, ticket types, tax rates, and why a ticket costs what it costs."""
