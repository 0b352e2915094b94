"""What managers edit: one package a desk."""
