"""Statistical models of the objective, fitted to encoded rows; called by algorithms and by analysis."""
