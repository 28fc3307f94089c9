"""Draft a text, paint it, style it: trained models on a laptop, one command."""
