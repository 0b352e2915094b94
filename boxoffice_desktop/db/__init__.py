"""Engine, transaction boundary, listener, embedded server, provisioning."""
