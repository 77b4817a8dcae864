"""What may be written to a log: a path, never what somebody searched for (P9)."""

import logging
import re

QUERY = re.compile(r"\?[^\s\"']*")


class WithoutQuery(logging.Filter):
    """Takes the query string out of whatever a record would print."""

    def filter(self, record):
        record.msg = QUERY.sub("", record.getMessage())
        record.args = ()
        return True
