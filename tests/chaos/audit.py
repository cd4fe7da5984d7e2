"""Triggers that write down, inside the database, whatever happens to a trial's row: the application cannot
know of them, and nothing that it does can go past them. The storm sets them up, its ledger reads them.
"""

from typing import Any

from .rows import PostgresRows, Rows

COLUMNS = "what, study, trial, came_from, went_to, token_before, token"
CREATE = {
    "sqlite": "CREATE TABLE chaos_audit (id integer PRIMARY KEY AUTOINCREMENT, {columns})",
    "postgres": "CREATE TABLE chaos_audit (id bigserial PRIMARY KEY, {columns})",
}
KINDS = "what text, study bigint, trial bigint, came_from text, went_to text, token_before text, token text"
NEW_TRIAL = "'new', NEW.study_id, NEW.id, NULL, NEW.state, NULL, NEW.token"
CHANGED_TRIAL = "'changed', NEW.study_id, NEW.id, OLD.state, NEW.state, OLD.token, NEW.token"
GONE_TRIAL = "'gone', OLD.study_id, OLD.id, OLD.state, NULL, OLD.token, NULL"
CROWDED = "'crowded', NEW.id, NULL, NULL, NULL, NULL, NULL"
ROBBED = "'robbed', NEW.id, NULL, NULL, NULL, OLD.suggest_token, NEW.suggest_token"
#: Which table and event, under which condition, and what is written down then. {distinct} and {now} differ.
WATCHED = {
    "chaos_new": ("trials_trial", "INSERT", "1 = 1", NEW_TRIAL),
    "chaos_changed": (
        "trials_trial",
        "UPDATE",
        "OLD.state <> NEW.state OR OLD.token <> NEW.token OR OLD.value {distinct} NEW.value"
        " OR OLD.completed_at {distinct} NEW.completed_at",
        CHANGED_TRIAL,
    ),
    "chaos_gone": ("trials_trial", "DELETE", "1 = 1", GONE_TRIAL),
    # More of a study run than may.
    "chaos_crowded": (
        "trials_study",
        "UPDATE",
        "NEW.n_running > NEW.parallelism AND NEW.n_running > OLD.n_running",
        CROWDED,
    ),
    # The suggest lease passes from a living holder to another: two ask at once.
    "chaos_robbed": (
        "trials_study",
        "UPDATE",
        "OLD.suggest_token <> '' AND NEW.suggest_token <> '' AND OLD.suggest_token <> NEW.suggest_token"
        " AND OLD.suggest_expires > {now}",
        ROBBED,
    ),
}


def set_up(rows: Rows) -> None:
    """Begin to write down."""
    postgres = isinstance(rows, PostgresRows)
    rows.run(CREATE["postgres" if postgres else "sqlite"].format(columns=KINDS))
    for name, (table, event, condition, values) in WATCHED.items():
        insert = f"INSERT INTO chaos_audit ({COLUMNS}) VALUES ({values});"
        words = (
            {"distinct": "IS DISTINCT FROM", "now": "clock_timestamp()"}
            if postgres
            else {"distinct": "IS NOT", "now": "strftime('%Y-%m-%d %H:%M:%f', 'now')"}
        )
        when = condition.format(**words)
        if postgres:
            rows.run(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {insert} RETURN NULL; END $$",
                f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW"
                f" WHEN ({when}) EXECUTE FUNCTION {name}()",
            )
        else:
            rows.run(f"CREATE TRIGGER {name} AFTER {event} ON {table} WHEN {when} BEGIN {insert} END")


def written(rows: Rows, what: str) -> list[dict[str, Any]]:
    """What was written down of one kind, in order: new, changed, gone, crowded or robbed."""
    return rows.read("SELECT * FROM chaos_audit WHERE what = ? ORDER BY id", what)
