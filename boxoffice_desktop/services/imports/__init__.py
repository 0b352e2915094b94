"""Files from elsewhere brought in: lists of films and seating plans. All of a file in one transaction, or nothing."""
