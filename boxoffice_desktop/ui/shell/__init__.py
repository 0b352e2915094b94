"""The frame around the features: window, sign-in, navigation, theme, error presenter."""
