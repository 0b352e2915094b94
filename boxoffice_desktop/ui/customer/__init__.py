"""What the customer sees on a screen of the own."""
