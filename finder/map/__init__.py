"""The map of results: outlines that ship with the project, and marks that are links. No tiles."""
