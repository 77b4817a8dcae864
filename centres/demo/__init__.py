"""Made-up centres, so that a fresh clone has something to search.

`build` writes `fixtures/demo/centres.json` by rule; `load` puts it into the database with its dates
counted from today, and with the cases and agreements that its marks rest on. Nothing in it is real:
names end in "(demo)", telephone numbers are kept free for fiction, and no postcode is given beyond
its district.
"""
