"""The Qt window. Only this package knows Qt; it knows no SQL and no PDF library."""
