"""What models and works are measured by."""

OF_WORKS = ("concepts", "critic")
"""What can be measured of a work, see `multiart.metrics.measuring`."""
