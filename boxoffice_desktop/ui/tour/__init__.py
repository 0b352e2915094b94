"""The till's own window, driven by keys and clicks through a whole sale, with pictures of every screen."""
