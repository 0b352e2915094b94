"""Choosing a show: days, films and times."""
