"""Setting a shared server up: provisioning, tills and their credentials, and checking that all is well."""
