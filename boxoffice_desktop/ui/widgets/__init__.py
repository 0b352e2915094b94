"""Widgets that several features share. They know Qt and plain values, nothing else."""
