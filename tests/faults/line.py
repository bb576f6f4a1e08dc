"""A cable between a camera and the program, that tests cut, hold and tamper with.

Everything goes over one TCP connection a client (RTSP with its media interleaved), so that what a network or a camera does
to it can be done here, at a known moment, while the camera behind it is a real server.
"""
import contextlib
import select
import socket
import struct
import threading

PASS = "pass"        # all goes through
HOLD = "hold"        # connections are accepted and stay open; nothing comes
NO_MEDIA = "no media"  # requests are answered, media are not sent


def listen_on(port=0):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(16)
    return listener


class Line:
    """Listens on a port of its own and leads to `target`, another port of this machine. `frame` may be set to a function
    that gets each interleaved frame (channel, payload) on its way to the program and gives a list of those to send;
    `new_frame` to one that makes such a function for each connection."""

    def __init__(self, target):
        self.target, self.mode, self.frame, self.new_frame = target, PASS, None, None
        self.lock, self.connections, self.accepted = threading.Lock(), [], 0
        self.listener = listen_on()
        self.port = self.listener.getsockname()[1]
        self._accept()

    def _accept(self):
        threading.Thread(target=self._serve, args=(self.listener,), daemon=True).start()

    def _serve(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.accepted += 1
            server = None
            if self.mode != HOLD:
                try:
                    server = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    client.close()
                    continue
            with self.lock:
                self.connections.append((client, server))
            if server is not None:
                threading.Thread(target=self._up, args=(client, server), daemon=True).start()
                threading.Thread(target=self._down, args=(client, server), daemon=True).start()

    @staticmethod
    def _up(client, server):
        try:
            while data := client.recv(65536):
                server.sendall(data)
        except OSError:
            pass
        Line._close(server)

    def _down(self, client, server):
        tamper = self.new_frame() if self.new_frame else self.frame
        try:
            with server.makefile("rb") as stream:
                while data := self._next(stream, tamper):
                    if self.mode != HOLD:
                        client.sendall(data)
        except (OSError, ValueError):
            pass
        if self.mode != HOLD:
            self._close(client)

    def _next(self, stream, tamper):
        first = stream.read(1)
        if first != b"$":
            return first and self._message(first, stream)
        head = stream.read(3)
        channel, length = struct.unpack(">BH", head)
        payload = stream.read(length)
        frames = [(channel, payload)]
        if self.mode == NO_MEDIA:
            frames = []
        elif tamper is not None:
            frames = tamper(channel, payload)
        # An empty list must not look like the end of the stream.
        return b"".join(b"$" + struct.pack(">BH", c, len(p)) + p for c, p in frames) or self._next(stream, tamper)

    @staticmethod
    def _message(first, stream):
        text, length = first, 0
        while not text.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return text
            text += line
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return text + (stream.read(length) if length else b"")

    @staticmethod
    def _close(connection):
        if connection is None:
            return
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        connection.close()

    def cut(self, reset=False):
        """Ends every connection: by FIN, or by RST."""
        with self.lock:
            connections, self.connections = self.connections, []
        for client, server in connections:
            if reset:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.shutdown(socket.SHUT_RD)  # ends the other thread's wait, which holds the socket open
                client.close()
            else:
                self._close(client)
            self._close(server)

    def unplug(self, reset=False):
        """As cut(), and nobody listens any more."""
        self._close(self.listener)
        self.cut(reset)

    def plug_in(self):
        self.listener = listen_on(self.port)
        self._accept()

    def close(self):
        self.unplug()


class Babbler:
    """Answers whatever comes first with `answer`, and is silent."""

    def __init__(self, answer):
        self.listener = listen_on()
        self.port = self.listener.getsockname()[1]
        self.answer = answer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.ExitStack() as open_ones:
            while True:
                try:
                    client, _ = self.listener.accept()
                except OSError:
                    return
                self._answer(open_ones.enter_context(client))

    def _answer(self, client):
        try:
            if select.select([client], [], [], 5)[0] and client.recv(4096):
                client.sendall(self.answer)
        except OSError:
            pass

    def close(self):
        Line._close(self.listener)
