"""`make load`: 500 cameras and 2,000 reservations on the product's own programs, with media servers that are fake."""
