"""Printable documents: plain dataclasses in, PDF bytes out."""
