"""Several studies held against each other: how each went, who shares an optimizer, what that shows."""
