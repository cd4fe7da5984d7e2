"""Finds out how a file is read: refuses what is no text, detects encoding, delimiter, header and decimal
sign; called by `scan`.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .cells import DOTTED_DATE, ISO_DATE, MISSING, number
from .faults import TableError, quoted
from .table import DELIMITERS, ENCODINGS, Reading

BLOCK = 1 << 20
SAMPLE_CHARACTERS = 200_000
SAMPLE_RECORDS = 200
AS_CSV = "export the table as CSV and upload that"
#: How files begin that are no text, and what they are.
FORMATS = (
    (b"\x89PNG", f"a PNG picture: {AS_CSV}"),
    (b"\xff\xd8\xff", f"a JPEG picture: {AS_CSV}"),
    (b"%PDF", f"a PDF document: {AS_CSV}"),
    (b"\x1f\x8b", "packed with gzip: unpack it and upload the CSV inside"),
    (b"BZh", "packed with bzip2: unpack it and upload the CSV inside"),
    (b"\xfd7zXZ", "packed with xz: unpack it and upload the CSV inside"),
    (b"7z\xbc\xaf", "a 7z archive: unpack it and upload the CSV inside"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it and upload the CSV inside"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file: open it, choose “Save as”, CSV, and upload that"),
    (b"PAR1", f"a Parquet file: {AS_CSV}"),
    (b"ARROW1", f"an Arrow file: {AS_CSV}"),
    (b"\x89HDF", f"an HDF5 file: {AS_CSV}"),
    (b"SQLite format 3", f"an SQLite database: {AS_CSV}"),
    (b"\x93NUMPY", f"a NumPy array: {AS_CSV}"),
    (b"\x80\x04\x95", f"a Python pickle: {AS_CSV}"),
)
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")
DECIMAL_POINT = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")


def sniff(path: Path, given: Mapping[str, Any]) -> tuple[Reading, list[str]]:
    """How the file is read, and remarks for people; what is `given` (by name) is believed.

    Raises:
        TableError: for what is empty, no text, or no table.
    """
    head = _head(path)
    encoding, remarks = given.get("encoding"), list[str]()
    if encoding is None:
        encoding, remarks = _encoding(path, head)
    text = _sample(path, encoding)
    if not text.strip():
        raise TableError("file", "the file holds no text, only blanks: export the table again")
    delimiter = given.get("delimiter") or _delimiter(text)
    rows = sample_records(text, delimiter)
    cells = [cell.strip() for row in rows[1:] for cell in row]
    decimal = given.get("decimal") or _decimal(cells)
    header = given.get("header")
    reading = Reading(
        delimiter=delimiter,
        encoding=encoding,
        header=_has_header(rows, decimal) if header is None else header,
        decimal=decimal,
        missing=tuple(given.get("missing", ())),
    )
    return reading, remarks


def _head(path: Path) -> bytes:
    """The first bytes, refused when they are those of another kind of file."""
    with path.open("rb") as file:
        head = file.read(BLOCK)
    if not head:
        raise TableError("file", "the file is empty (0 bytes): export the table again")
    for start, what in FORMATS:
        if head.startswith(start):
            raise TableError("file", f"this is {what}")
    if head.startswith(b"PK\x03\x04"):
        raise TableError("file", f"this is {_zip(head)}")
    opening = head[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise TableError("file", f"this is a web page or XML, not a table: {AS_CSV}")
    if opening.startswith((b"{", b"[{", b"[[")):
        raise TableError("file", f"this is JSON, not a table: {AS_CSV}")
    return head


def _zip(head: bytes) -> str:
    if b"xl/" in head or b"[Content_Types].xml" in head:
        return "an Excel workbook: choose “Save as”, “CSV UTF-8” in Excel and upload that file"
    if b"opendocument.spreadsheet" in head:
        return "an OpenDocument spreadsheet: choose “Save as”, “Text CSV” and upload that file"
    return "a zip archive: unpack it and upload the CSV inside"


def _encoding(path: Path, head: bytes) -> tuple[str, list[str]]:
    for mark, name in MARKS:
        if head.startswith(mark):
            return name, []
    if (wide := _wide(head)) is not None:
        return wide, [
            f"Read as {ENCODINGS[wide]}, which the file does not say itself: look at the first rows."
        ]
    line = _first_line_not_utf8(path)
    if line is None:
        return "utf-8-sig", []
    name = "cp1252" if _decodes(path, "cp1252") else "iso-8859-1"
    return name, [
        f"Line {line} is not UTF-8, so the whole file is read as {ENCODINGS[name]}. "
        "Look whether letters with accents are right."
    ]


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of plain text is zero."""
    part = head[:4_000]
    odd, even = part[1::2].count(0), part[::2].count(0)
    if odd > 0.4 * len(part) > 0 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * len(part) > 0 and odd == 0 else None


def _first_line_not_utf8(path: Path) -> int | None:
    """The line in which the file stops to be UTF-8, None if it never does; TableError for a zero byte."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, found = 1, None
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if (zero := block.find(0)) >= 0:
                raise _zero_byte(line + block.count(b"\n", 0, zero))
            if found is None:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError as error:
                    found = line + error.object.count(b"\n", 0, error.start)
            line += block.count(b"\n")
    if found is None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            found = line
    return found


def _zero_byte(line: int) -> TableError:
    return TableError(
        "file",
        f"line {line} holds a zero byte, which no text has: the file is binary or damaged; export it again",
    )


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _sample(path: Path, encoding: str) -> str:
    """The beginning of the file as text, without a last line that is cut off."""
    try:
        with path.open("r", encoding=encoding, newline="") as file:
            text = file.read(SAMPLE_CHARACTERS)
    except UnicodeError as error:
        reason = getattr(error, "reason", str(error))
        raise TableError(
            "encoding", f"the file is not {ENCODINGS[encoding]} ({reason}): choose another encoding"
        ) from None
    if "\x00" in text:
        raise _zero_byte(text.count("\n", 0, text.index("\x00")) + 1)
    whole, end, _ = text.rpartition("\n")
    return whole if end and len(text) == SAMPLE_CHARACTERS else text


def sample_records(text: str, delimiter: str) -> list[list[str]]:
    """The first records of `text`, as far as they can be read."""
    found: list[list[str]] = []
    csv.field_size_limit(SAMPLE_CHARACTERS)
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if record:
                found.append(record)
            if len(found) == SAMPLE_RECORDS:
                break
    except csv.Error:
        pass  # the scan says what is wrong, and where
    return found


def _delimiter(text: str) -> str:
    """The sign that splits the first lines into the same number of columns most often."""
    scores: dict[str, tuple[float, int]] = {}
    for delimiter in DELIMITERS:
        widths = [len(record) for record in sample_records(text, delimiter)]
        first = widths[0] if widths else 0
        if first > 1:
            scores[delimiter] = (sum(width == first for width in widths) / len(widths), first)
    if not scores:
        first_line = text.lstrip("\r\n").splitlines()[0]
        raise TableError(
            "file",
            "only one column was found: no comma, semicolon, tab or bar divides line 1, "
            f"{quoted(first_line)}; a table needs a target and at least one column to predict it from",
        )
    return max(scores, key=lambda delimiter: scores[delimiter])


def _decimal(cells: Sequence[str]) -> str:
    commas = sum("," in cell and bool(DECIMAL_COMMA.fullmatch(cell)) for cell in cells)
    points = sum("." in cell and bool(DECIMAL_POINT.fullmatch(cell)) for cell in cells)
    return "," if commas > points else "."


def _has_header(rows: Sequence[Sequence[str]], decimal: str) -> bool:
    """Whether the first record names the columns: it holds no value itself, and values stand below it, or at
    least none of its words again.
    """
    first, *below = [[cell.strip() for cell in row] for row in rows] or [[]]
    if not any(first) or any(_is_value(cell, decimal) for cell in first if cell):
        return False
    if any(_is_value(cell, decimal) for row in below for cell in row if cell not in MISSING):
        return True
    return not any(
        cell == row[place] for row in below for place, cell in enumerate(first) if cell and place < len(row)
    )


def _is_value(cell: str, decimal: str) -> bool:
    if cell in MISSING or ISO_DATE.fullmatch(cell) or DOTTED_DATE.fullmatch(cell):
        return True
    try:
        number(cell, decimal)
    except ValueError:
        return False
    return True
