"""Made-up files in the official layouts. Every name, number and address here is invented."""

import csv
import io
import zipfile
from xml.sax.saxutils import escape

DIRECTORY_HEADERS = [
    "Name", "Also known as", "Address", "Postcode", "Phone number",
    "Service's website (if available)", "Service types", "Date of latest check",
    "Specialisms/services", "Provider name", "Local authority", "Region", "Location URL",
    "CQC Location ID (for office use only)", "CQC Provider ID (for office use only)",
]  # fmt: skip
RESIDENTIAL = "Rehabilitation (substance abuse)"
COMMUNITY = "Community services - Substance abuse"

ACTIVE_HEADERS = [
    "Location ID", "Location HSCA start date", "Dormant (Y/N)", "Location Name",
    "Location Telephone Number", "Location Web Address", "Care homes beds",
    "Location Latest Overall Rating", "Publication Date", "Location Local Authority",
    "Location Street Address", "Location Address Line 2", "Location City",
    "Location Postal Code", "Location Latitude", "Location Longitude",
    "Provider Companies House Number", "Provider Charity Number", "Provider Name",
    "Regulated activity - Accommodation for persons who require treatment for substance misuse",
    "Service type - Community based services for people who misuse substances",
    "Service type - Residential substance misuse treatment and/or rehabilitation service",
    "Service type - Prison Healthcare Services",
]  # fmt: skip

SAMHSA_PLAIN = [
    "    name1", "name2", "street1", "street2", "city", "state", "zip", "zip4", "county", "phone",
    "intake_prompt", "intake1", "intake2", "website", "latitude", "longitude", "type_facility",
]  # fmt: skip
SAMHSA_CODES = [
    "mh", "sa", "dt", "mm", "dm", "bum", "db", "bu", "meth", "hh", "noop", "nmoa", "moa", "ub",
    "otp", "cbt", "idd", "tele", "trc", "smon", "res", "op", "rs", "rl", "rd", "od", "omb", "odt",
    "oit", "ort", "hi", "hid", "hit", "np", "sf", "md", "pi", "ss", "ah", "sp", "co", "vet", "wn",
    "adtx", "bdtx", "odtx", "tgd", "bia", "isc", "acc", "pvtn", "sumh", "nmaut", "acma", "pmat",
    "dlc", "copsu", "f67", "n40 ",
]  # fmt: skip


def location(number=1, **cells):
    """A row of the care directory: a residential rehab unless `cells` say otherwise."""
    row = {
        "Name": f"Willow House {number}",
        "Address": f"{number} Example Road,Sampleton",
        "Postcode": "LS1 4DY",
        "Phone number": f"1632960{number:03}",
        "Service types": RESIDENTIAL,
        "Local authority": "Sampleshire",
        "CQC Location ID (for office use only)": f"1-{1000000 + number}",
    }
    aliases = {
        "name": "Name", "address": "Address", "postcode": "Postcode", "phone": "Phone number",
        "website": "Service's website (if available)", "services": "Service types",
        "specialisms": "Specialisms/services", "provider": "Provider name",
        "key": "CQC Location ID (for office use only)",
    }  # fmt: skip
    return row | {aliases[name]: value for name, value in cells.items()}


def active(number=1, **cells):
    """A row of the monthly file of active locations, by its headers: a residential rehab."""
    return {
        "Location ID": f"1-{1000000 + number}",
        "Location HSCA start date": "04/07/2017",
        "Dormant (Y/N)": "N",
        "Location Name": f"Willow House {number}",
        "Location Telephone Number": "01132430000",
        "Care homes beds": 16.0,
        "Location Latest Overall Rating": "Good",
        "Publication Date": "14/06/2019",
        "Location Street Address": f"{number} Example Road",
        "Location City": "Sampleton",
        "Location Postal Code": "LS1 4DY",
        "Location Latitude": 53.79,
        "Location Longitude": -1.54,
        ACTIVE_HEADERS[-2]: "Y",
    } | cells


def facility(number=1, kind="SU", codes="sa op ort", **cells):
    """A row of a FindTreatment.gov export; `codes` are the ticked columns."""
    row = {
        "name1": f"Maple Recovery {number}",
        "street1": f"{number} Sample Street",
        "city": "Boston",
        "state": "MA",
        "zip": "02118",
        "phone": f"617-555-01{number:02}",
        "latitude": "42.34",
        "longitude": "-71.07",
        "type_facility": kind,
    }
    return row | dict.fromkeys(codes.split(), "1") | cells


def in_order(headers, row):
    """The cells of a row by its headers."""
    return [row.get(header.strip(), "") for header in headers]


def csv_text(headers, rows, *, preamble=()):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([line] for line in preamble)
    writer.writerow(headers)
    for row in rows:
        writer.writerow(in_order(headers, row))
    return out.getvalue()


def directory(path, rows, *, preamble=("CQC care directory, 1 April 2026",), headers=None):
    """Write a care directory; its headers stand on line 2."""
    headers = headers or DIRECTORY_HEADERS
    path.write_text(csv_text(headers, rows, preamble=preamble), encoding="utf-8", newline="")
    return path


def export(path, rows):
    """Write a FindTreatment.gov export; its headers stand on line 1."""
    text = csv_text([*SAMHSA_PLAIN, *SAMHSA_CODES], rows)
    path.write_text(text, encoding="utf-8", newline="")
    return path


#: Where the last cell of any sheet can be.
LAST_CELL = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def workbook(path, table, *, beyond=""):
    """Write rows of text as an XLSX file with one sheet. `beyond`: XML of rows after these."""

    def cell(value):
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'

    rows = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in table)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"></Types>')
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{main}"><sheetData>{rows}{beyond}</sheetData></worksheet>',
        )
    return path
