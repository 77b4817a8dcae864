"""“List a centre”: the steps of its form, in order, and what their answers come to."""
