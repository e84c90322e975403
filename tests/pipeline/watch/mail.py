"""A mail server on this machine (RFC 5321), which keeps what it took."""

from __future__ import annotations

import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType


class MailServer:
    """Takes every mail, or, while `refuses` is set, none; `login` is how clients identified themselves."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.login: list[str] = []
        self.refuses = False
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.address = f"smtp://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> MailServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        office = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.say("220 thu.example")
                to: list[str] = []
                while line := self.rfile.readline().decode().strip():
                    match line.split(" ", 1)[0].upper():
                        case "EHLO":
                            self.say("250-thu.example", "250 AUTH PLAIN")
                        case "AUTH":
                            office.login.append(line)
                            self.say("235 welcome")
                        case "MAIL" if office.refuses:
                            self.say("451 come again later")
                        case "RCPT":
                            to.append(line.partition("<")[2].partition(">")[0])
                            self.say("250 fine")
                        case "DATA":
                            self.say("354 go on")
                            lines = []
                            while (line_ := self.rfile.readline()) != b".\r\n":
                                lines.append(line_.removesuffix(b"\r\n") + b"\n")
                            mail = message_from_bytes(b"".join(lines), policy=policy.default)
                            assert isinstance(mail, EmailMessage)
                            office.taken.append(mail)
                            office.recipients.append(to)
                            self.say("250 taken")
                        case "QUIT":
                            self.say("221 bye")
                            return
                        case _:
                            self.say("250 fine")

            def say(self, *lines: str) -> None:
                self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

        return Conversation
