"""Statistical models of the objective, fitted to encoded rows; called by the algorithms and by the analysis of results."""
