"""Captioned landscapes, painted by code: the painter model's training data.

``sample_spec`` needs only the standard library; ``paint`` needs skia-python.
"""
