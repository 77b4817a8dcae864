"""A mail server on this machine, as good and as bad as real ones (RFC 5321), for tests."""

import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy


class Server(socketserver.ThreadingTCPServer):
    """received: messages it took. What it does to a recipient goes by the name before the @."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.received = []
        self.conversations = 0
        self.greeting = "220 here"
        self.released = threading.Event()

    @property
    def port(self):
        return self.server_address[1]


#: Name before the @: the answer to RCPT.
REFUSED = {"nobody": "550 No such user", "busy": "450 Try again later", "policy": "553 Not so"}


class Conversation(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        self.server.conversations += 1
        self.say(self.server.greeting)
        to = ""
        while line := self.rfile.readline():
            verb = line.split(b" ")[0].strip().upper().decode()
            if verb == "RCPT":
                to = line.decode().partition("<")[2].partition("@")[0]
                self.say(REFUSED.get(to, "250 ok"))
            elif verb == "DATA":
                if not self._take(to):
                    return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def _take(self, to):
        """Take the message, or what this recipient has happen instead; False to hang up."""
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        if to == "silence":
            self.server.released.wait(20)
            return False
        if to == "gone":
            return False
        if to == "spam":
            self.say("554 Refused because sam@example.org wrote it")
            return True
        self.server.received.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.say("250 taken")
        return True


@contextmanager
def serving():
    """A running `Server`."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
