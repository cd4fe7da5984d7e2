"""The kinds of objective, one file each; every module offers its class as `KIND`."""
