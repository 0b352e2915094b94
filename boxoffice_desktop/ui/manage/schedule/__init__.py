"""The schedule: timelines of halls and days, films dragged onto them, weeks made at once."""
