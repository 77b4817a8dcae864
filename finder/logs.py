"""What may be written to a log: a path, never what somebody searched for, no private link (P9)."""

import logging
import re
import traceback

QUERY = re.compile(r"\?\S*")
#: What `centres.tokens` makes, as a part of a path: whoever reads it could open the link.
TOKEN = re.compile(r"(?<=/)[\w-]{32}(?![\w-])", re.ASCII)


class WithoutQuery(logging.Filter):
    """Takes the query string and tokens out of a record, and what an exception says.

    The message may quote what was typed; the lines of code it came by cannot.
    """

    def filter(self, record):
        record.msg = TOKEN.sub("…", QUERY.sub("", record.getMessage()))
        record.args = ()
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            record.exc_text = f"{''.join(traceback.format_tb(trace))}{kind.__name__}"
        return True
