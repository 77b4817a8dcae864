"""The directory as data: JSON, GeoJSON and CSV, over the same filters and search as the pages."""
