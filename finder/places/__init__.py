"""Text to coordinates, looked up locally: postcodes, the gazetteer, and how fine an answer is."""
