"""One search box over reservations, house seats, sales, seats and shows."""
