"""Listings from official files: read -> plan -> review -> apply.

`reading` turns a CSV, XLSX or ODS file into rows (spreadsheets by way of `workbook`); a module a
source (`cqc`, `samhsa`) turns rows into `Listing`s; `placing` finds their coordinates; `plan`
compares them with what is held; `review` says so in words; `apply` and `writing` write it in one
transaction.
"""
