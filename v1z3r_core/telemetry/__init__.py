"""What steps cost becomes numbers for people."""
