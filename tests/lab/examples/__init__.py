"""What the tests of the examples know of each of them."""
