#!/usr/bin/env python3
"""Cut the shipped data sets out of the full public ones.

    python3 data/prepare.py FULL_SETS [OUT]

FULL_SETS is a folder that holds `pos-online-retail`, `narratives-osha-severe-injury`,
`incidents-la-2020-2021` and `incidents-sf-2018-12` as their publishers' carriers have them (origin and
commit are in each SOURCE.md here). OUT defaults to the folder of this script. No row is invented;
rows and columns are only left out. The same input gives the same bytes.
"""

import csv
import gzip
import io
import re
import sys
from datetime import datetime
from pathlib import Path

RETAIL_FIRST_DAY, RETAIL_LAST_DAY = "2011-08-01", "2011-08-20"

# LAPD modus-operandi codes that say who a victim or suspect is (age, sex, descent, health, orientation,
# standing, kinship) instead of what happened. They are left out.
PERSON_CODES = (
    {"0101", "0102", "0103", "0108", "0204", "0210", "0360", "0361", "0364", "0368", "0369", "0373"}
    | {"0535", "0545", "1701", "1702", "2020", "2030", "2031"}
    | {f"{n:04}" for n in range(552, 563)}
    | {f"{n:04}" for n in range(1201, 1282)}
    | {f"{n:04}" for n in range(1801, 1825)}
    | {f"{n:04}" for n in range(2002, 2028)}
)
# Kept from the ranges above: what the victim or suspect was doing, not who they are.
SITUATION_CODES = (
    {"1206", "1214", "1216", "1227", "1228", "1229", "1236", "1237", "1247", "1248", "1266"}
    | {"1802", "1803", "1804", "1822", "2002"}
)
# Codes that name the group a hate crime was aimed at all become one phrase.
BIAS_CODES = {f"{n:04}" for n in range(1505, 1540)} | {f"{n:04}" for n in range(2053, 2059)}
BIAS_PHRASE = "Victim targeted because of prejudice"
# Offences against children are left out whole.
CHILD_OFFENCE = re.compile(r"CHILD|CHLD|17YRS|UNLAWFUL\(INC", re.IGNORECASE)


def rows(path, encoding="utf-8"):
    """The records of a CSV file as dictionaries; of two columns with one name the first counts."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding=encoding, newline="") as text:
        reader = csv.reader(text)
        header = next(reader)
        for record in reader:
            row = {}
            for name, value in zip(header, record):
                row.setdefault(name, value)
            yield row


def write(path, header, records):
    """One gzip CSV with Unix line ends and no time stamp in it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    count = 0
    for record in records:
        writer.writerow(record)
        count += 1
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as packed:
            packed.write(text.getvalue().encode("utf-8"))
    print(f"{path.name}: {count} rows, {path.stat().st_size} bytes")


def online_retail(full, out):
    header = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
    source = full / "pos-online-retail" / f"{RETAIL_FIRST_DAY[:7]}.csv.gz"
    kept = (
        [row[name] for name in header]
        for row in rows(source)
        if RETAIL_FIRST_DAY <= row["InvoiceDate"][:10] <= RETAIL_LAST_DAY
    )
    write(out / "online-retail" / "invoices.csv.gz", header, kept)


def narratives(full, out):
    source = full / "narratives-osha-severe-injury" / "osha_severe_injury_2015_2017.csv"
    header = ["naics", "event_title", "hospitalized", "narrative"]
    write(
        out / "narratives" / "narratives.csv.gz",
        header,
        ([row[name].strip() for name in header] for row in rows(source)),
    )


def mo_phrases(codes, phrases):
    """The codes of one record as phrases, in the record's order, each at most once."""
    found = []
    for code in codes.split():
        code = code.zfill(4)
        if code in PERSON_CODES and code not in SITUATION_CODES:
            continue
        phrase = BIAS_PHRASE if code in BIAS_CODES else phrases.get(code, "").strip()
        if phrase and phrase not in found:
            found.append(phrase)
    return "; ".join(found)


def la_crimes(full, out):
    folder = full / "incidents-la-2020-2021"
    phrases = {r["mocode"].zfill(4): r["description"] for r in rows(folder / "mocodes.csv", "utf-8-sig")}
    coarse = {r["original"]: r["coarse_label"] for r in rows(folder / "coarse_labels.csv")}

    def records():
        for row in rows(folder / "la_crimes_west_la_2020-2021.csv", "utf-8-sig"):
            offence = row["Crm Cd Desc"].strip()
            if CHILD_OFFENCE.search(offence):
                continue
            happened = mo_phrases(row["Mocodes"], phrases)
            yield [happened, row["Premis Desc"].strip(), row["Weapon Desc"].strip(), offence, coarse.get(offence, "")]

    # Sorted, so that the order of the rows says nothing about the order of the records.
    write(
        out / "la-crimes" / "crimes.csv.gz",
        ["mo", "premise", "weapon", "offence", "coarse"],
        sorted(records()),
    )


def sf_incidents(full, out):
    folder = full / "incidents-sf-2018-12"
    coarse = {r["original"]: r["coarse_label"] for r in rows(folder / "coarse_labels.csv")}
    names = ["Incident Category", "Incident Subcategory", "Incident Description"]

    def moment(text):
        return datetime.strptime(text, "%Y/%m/%d %I:%M:%S %p").strftime("%Y-%m-%d %H:%M:%S")

    def records():
        for row in rows(folder / "sf_police_incidents_2018-12.csv"):
            labels = [row[name].strip() for name in names]
            yield [
                moment(row["Incident Datetime"]),
                moment(row["Report Datetime"]),
                *labels,
                coarse.get(" | ".join(labels), ""),
            ]

    write(
        out / "sf-incidents" / "incidents.csv.gz",
        ["incident_datetime", "report_datetime", "category", "subcategory", "description", "coarse"],
        sorted(records()),
    )


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    full = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).resolve().parent
    online_retail(full, out)
    narratives(full, out)
    la_crimes(full, out)
    sf_incidents(full, out)


if __name__ == "__main__":
    main()
