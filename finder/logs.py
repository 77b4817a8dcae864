"""What may be written to a log: a path, never what somebody searched for (P9)."""

import logging
import re
import traceback

QUERY = re.compile(r"\?\S*")


class WithoutQuery(logging.Filter):
    """Takes the query string out of a record, and the message of an exception out of its traceback.

    The message may quote what was typed; the lines of code it came by cannot.
    """

    def filter(self, record):
        record.msg = QUERY.sub("", record.getMessage())
        record.args = ()
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            record.exc_text = f"{''.join(traceback.format_tb(trace))}{kind.__name__}"
        return True
