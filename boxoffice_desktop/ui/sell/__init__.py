"""Selling at the counter: choose a show, seats, pay, hand over tickets."""
