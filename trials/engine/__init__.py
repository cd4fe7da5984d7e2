"""Orchestration of several models: create, fill slots, execute, finish, recover. Knows no Celery and no HTTP.

The functions here return `Nudges`: what is to be done next. Whoever calls them (Celery tasks, the
foreground runner, a view) carries the nudges on; all of them may be lost or doubled without harm,
since the database row is the truth and every worker reconciles once a second.
"""
