"""Tables for tests of uploaded data: a good one with all kinds of columns, and many that are no good."""

import gzip
import io
import random
import zipfile

ROWS = 60


def customers(rows: int = ROWS) -> bytes:
    """An identifier, numbers with gaps, a category, a text, dates, yes and no, and three classes."""
    draw = random.Random(3)
    lines = ["customer_id,age,income,city,comment,signup,active,segment"]
    for number in range(rows):
        segment = "abc"[number % 3]
        income = 30_000 + 9_000 * (number % 3) + draw.random() * 4_000
        lines.append(
            f"{1000 + number},{'' if number % 10 == 4 else draw.randint(18, 90)},{income:.2f},"
            f"{draw.choice(['Bern', 'Basel', 'NA'])},likes the shoes number {draw.random()},"
            f"2024-0{draw.randint(1, 9)}-11,{draw.choice(['yes', 'no'])},{'' if number == 7 else segment}"
        )
    return "\n".join(lines).encode()


def table(head: str, *rows: str, times: int = 1) -> bytes:
    return "\n".join([head, *rows * times]).encode()


def packed(name: str) -> bytes:
    """A zip archive with one file."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr(name, "a,b\n1,2\n")
    return memory.getvalue()


GOOD = table("a,b,y", "1,2,0", "3,5,1", times=10)
HUGE = f"\n1,{'x' * 120_000},0\n".encode()

#: What is wrong -> the file, and words that its message must hold.
BAD_FILES: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty": (b"", ("empty",)),
    "only blanks": (b" \n \n\n", ("holds no text",)),
    "only a header": (b"a,b,y\n", ("only a header",)),
    "too few rows": (table("a,y", "1,0", "2,1", times=3), ("6 rows", "10 or more")),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(200), ("PNG picture",)),
    "xlsx": (packed("xl/workbook.xml"), ("Excel", "CSV UTF-8")),
    "zip": (packed("data.csv"), ("zip archive", "unpack")),
    "gzip": (gzip.compress(GOOD), ("gzip", "unpack")),
    "binary": (GOOD + b"\n1,\x00,2\n" + bytes(range(256)), ("line 22", "zero byte")),
    "HTML": (b"<!DOCTYPE html><html><body>Not found</body></html>", ("web page",)),
    "JSON": (b'{"rows": [[1, 2], [3, 4]]}', ("JSON",)),
    "quotation cut off": (GOOD + b'\n1,"2,0\n3,4,1\n', ("line 22", "quotation", "cut off")),
    "quotation left open": (
        GOOD + b'\n1,"2,0\n' + b"3,4,1\n" * 30_000,
        ("line 22", "quotation", "not closed within 100,000 characters"),
    ),
    "text after a quotation": (GOOD + b'\n1,"2"x,0\n', ("line 22", "closing quotation mark")),
    "five million columns": (b"c," * 5_000_000 + b"\n", ("line 1", "1,000")),
    "too many columns": (table(",".join(f"c{n}" for n in range(1_500)), ",".join("1" * 1_500), times=20),
                         ("line 1 has 1,500 columns", "1,000")),
    "one column": (table("price", "1", "2", times=20), ("only one column", "“price”")),
    "unknown delimiter": (table("a~b~y", "1~2~0", "3~4~1", times=10), ("only one column", "“a~b~y”")),
    "NaN everywhere": (table("a,b,y", "NaN,,NA", times=20), ("every value of all 3 columns is missing",)),
    "column names twice": (table("a,b,a", "1,2,0", times=20), ("columns 1 and 3", "“a”", "rename")),
    "NUL in a column name": (table("a,b\x00,y", "1,2,0", times=20), ("line 1", "zero byte")),
    "half a character in a column name": (
        "a,b\ud800,y\n".encode("utf-16", "surrogatepass") + "1,2,0\n".encode("utf-16-le") * 20,
        ("UTF-16",),
    ),
    "a sign that cannot be shown in a column name": (
        table("a,b\x07,y", "1,2,0", times=20), ("name of column 2", "cannot be shown"),
    ),
    "huge field": (table("a,b,y", "1,2,0", times=20) + HUGE, ("line 22", "100,000 characters")),
    "uneven lines": (GOOD + b"\n1,2\n", ("line 22 has 2 cells", "3 columns", "“1,2”")),
    "a delimiter inside a cell": (GOOD + b"\n1,2,3,4\n", ("line 22 has 4 cells",)),
}  # fmt: skip
