"""A slow, plain second telling of what the SQL models compute, and random small worlds to compare both on."""
