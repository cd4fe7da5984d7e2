"""The catalogue of models, one file each."""
