"""A sale is corrected, exchanged or taken back."""
