"""Python source that reads an uploaded CSV as a training did, with nothing but NumPy; used by `script` and
`script_use`.
"""

from __future__ import annotations

from trials.objectives.datasets.table import Table
from trials.objectives.recipe import Imported
from trials.objectives.source import laid_out

READ = '''
def value(cell, column):
    """What a cell means; NaN, or None among words, where it is missing."""
    if cell in MISSING:
        return None if column in WORDS else np.nan
    if column in WORDS:
        return cell
{branches}    return float({number})


def rows_of(path):
    """The rows{which}, as stripped cells."""
    with open(path, encoding={encoding}, newline="") as file:
        records = [record for record in csv.reader(file, delimiter={delimiter}) if record]
    rows = [[cell.strip() for cell in record] for record in records{header}]
    return {rows}

'''
YES_NO = """\
    if column in YES_NO:
        return float(cell.lower() in ("yes", "true", "y", "t"))
"""
DATE = """\
    if column in DATES:
        return days(cell)
"""
DAYS = '''
def days(cell):
    """A date, such as 2024-12-31 or 31.12.2024, as days since 1970."""
    if cell[4:5] == "-":
        moment = datetime.fromisoformat(cell)
    else:
        day, month, year = map(int, cell.split("."))
        moment = datetime(year, month, day)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds() / 86400
'''
LOAD = """\
rows = rows_of({file})
X = np.array([[value(row[column], column) for column in INPUTS] for row in rows], dtype={kind})
"""


def definitions(table: Table, *, learning: bool = True) -> tuple[str, ...]:
    """What the table's columns are, and the functions that read them: for `learning` the rows that have a
    target, else all, whose target is not looked at.
    """
    types = {place: column.type for place, column in enumerate(table.columns)}
    names = [column.name for column in table.columns]
    inputs = [names.index(column.name) for column in table.inputs]
    words = [place for place in inputs if table.columns[place].kind != "number"]
    yes_no = [place for place in types if types[place] == "yesno"]
    dates = [place for place in types if types[place] == "date"]
    constants = [
        "# Columns by their place in the file, from 0 on.",
        *([_constant("TARGET", names.index(table.target))] if learning else []),
        _constant("INPUTS", inputs),
        _constant("WORDS", words),
        *([_constant("YES_NO", yes_no)] if yes_no else []),
        *([_constant("DATES", dates)] if dates else []),
        *([_constant("CLASSES", list(table.class_names))] if table.class_names else []),
        "# Cells that mean that a value is missing.",
        _constant("MISSING", set(table.reading.gaps)),
        "",
    ]
    read = READ.format(
        branches=(YES_NO if yes_no else "") + (DATE if dates else ""),
        number='cell.replace(",", ".")' if table.reading.decimal == "," else "cell",
        encoding=laid_out(table.reading.encoding),
        delimiter=laid_out(table.reading.delimiter),
        header="[1:]" if table.reading.header else "",
        which=" that have a target" if learning else "",
        rows="[row for row in rows if row[TARGET] not in MISSING]" if learning else "rows",
    )
    return ("\n".join(constants), *([DAYS] if dates else []), read.rstrip("\n") + "\n")


def loading(table: Table, file: str) -> str:
    """The lines that bind X and y, from the file that lies beside the script."""
    lines = inputs_of(table, f"Path(__file__).with_name({laid_out(file)})")
    if not table.class_names:
        return f"{lines}y = np.array([value(row[TARGET], TARGET) for row in rows])\n"
    target = next(column for column in table.columns if column.name == table.target)
    lowered = ".lower()" if target.type == "yesno" else ""
    return f"{lines}y = np.array([CLASSES.index(row[TARGET]{lowered}) for row in rows])\n"


def inputs_of(table: Table, path: str) -> str:
    """The lines that bind X, from the file that the expression `path` names."""
    kind = "float" if all(column.kind == "number" for column in table.inputs) else "object"
    return LOAD.format(file=path, kind=kind)


def imported(table: Table) -> Imported:
    """What the source needs beyond NumPy."""
    needed: Imported = {("csv", ".", ""), ("pathlib", ".", "Path")}
    if any(column.type == "date" for column in table.columns):
        needed |= {("datetime", ".", "datetime"), ("datetime", ".", "timezone")}
    return needed


def _constant(name: str, value: object) -> str:
    return f"{name} = {laid_out(value, before=len(name) + 3)}"
