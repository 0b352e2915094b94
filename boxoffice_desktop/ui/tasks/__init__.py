"""Work off the GUI thread: one FIFO writer and a few readers."""
