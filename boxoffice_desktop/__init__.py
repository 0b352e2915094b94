"""Box Office Desktop: a box-office point of sale for cinemas."""

__version__ = "0.1.0"
