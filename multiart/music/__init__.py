"""A melody that sings a text: plan, tune, accompaniment, sound."""
