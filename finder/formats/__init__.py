"""How each language writes dates and numbers; see FORMAT_MODULE_PATH in the settings."""
