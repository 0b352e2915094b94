"""A supervisor says yes to one act at the cashier's till."""
