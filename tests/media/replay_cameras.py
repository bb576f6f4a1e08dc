#!/usr/bin/python3
"""Many RTSP cameras in one cheap process: each sends the same H.264 clip again and again over its RTSP connection (TCP).

usage: replay_cameras.py CLIP.h264 … [--rate N] [--idle] [--timeout SECONDS] [--reports SECONDS]

A CLIP is an Annex B stream without B-frames that begins with a keyframe. The URL of camera n is rtsp://127.0.0.1:PORT/n; the port
is printed on a line of its own. A client begins at the clip's beginning, and is sent `rate` pictures a second. With --idle each
sends its first picture and then nothing but sender reports. Runs until standard input closes; commands come there, a line each:

  down N, up N      ends the connections of camera N by RST and refuses others; lets it be found again
  cut N             ends them by FIN
  hold N, go N      stops its pictures, and goes on with the next one
  late N, go N      keeps its pictures back, and sends them all at once
  lossy N, whole N  leaves out one packet in 20; none any more
  noise N           sends a hundred bytes that are nothing
  jump N            its times jump ahead by an hour
  bye N             says BYE
  clip N K          sends the K-th clip to those who come from now on
  sent              prints a JSON line {camera: pictures handed to a connection}
"""
import argparse
import asyncio
import collections
import json
import socket
import struct
import sys
import time

MOST = 1400  # bytes of a packet's payload
TICKS = 90_000
SDP = "v=0\r\ns=replay\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n" \
      "a=fmtp:96 packetization-mode=1\r\na=control:trackID=1\r\n"


def units_of(stream):
    """The NAL units between the start codes."""
    parts = stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return [part.rstrip(b"\0") for part in parts if part]


def payloads_of(unit):
    """RFC 6184: whole, or in parts (FU-A)."""
    if len(unit) <= MOST:
        return [unit]
    first, body = unit[0], unit[1:]
    pieces = [body[at:at + MOST] for at in range(0, len(body), MOST)]
    flags = [(0x80 if i == 0 else 0) | (0x40 if i == len(pieces) - 1 else 0) for i in range(len(pieces))]
    return [bytes([first & 0xE0 | 28, flag | first & 31]) + piece for flag, piece in zip(flags, pieces)]


def pictures_of(stream):
    """A list of payloads each picture: its slice behind the parameter sets and SEI that came before it."""
    pictures, waiting = [], []
    for unit in units_of(stream):
        kind = unit[0] & 31
        if kind == 9:
            continue
        if kind in (1, 5) and unit[1] & 0x80 == 0 and pictures:  # another slice of the same picture
            pictures[-1] += payloads_of(unit)
            continue
        waiting += payloads_of(unit)
        if kind in (1, 5):
            pictures.append(waiting)
            waiting = []
    return pictures


class Connection:
    def __init__(self, writer, number, pictures):
        self.writer, self.number, self.pictures, self.sequence, self.at, self.playing = writer, number, pictures, 0, 0, False
        self.ssrc, self.offset, self.kept = 0x10000 + number, 0, []

    def time(self, rate):
        return (self.at * TICKS // rate + self.offset) % 2**32

    def frame(self, channel, payload):
        return b"$" + struct.pack(">BH", channel, len(payload)) + payload

    def send_picture(self, rate, lossy=False, late=False):
        payloads = self.pictures[self.at % len(self.pictures)]
        out = self.kept
        for i, payload in enumerate(payloads):
            marker = 0x80 if i == len(payloads) - 1 else 0
            head = struct.pack(">BBHII", 0x80, 96 | marker, self.sequence & 0xFFFF, self.time(rate), self.ssrc)
            self.sequence += 1
            if not lossy or self.sequence % 20:
                out.append(self.frame(0, head + payload))
        self.at += 1
        if not late:
            self.writer.write(b"".join(out))
            self.kept = []

    def send_report(self, rate):
        now = time.time() + 2_208_988_800
        ntp = int(now * 2**32) % 2**64
        report = struct.pack(">BBHIQIII", 0x80, 200, 6, self.ssrc, ntp, self.time(rate), self.sequence, 0)
        self.writer.write(self.frame(1, report))


class Cameras:
    def __init__(self, options):
        self.options = options
        self.clips = []
        for clip in options.clips:
            with open(clip, "rb") as file:
                self.clips.append(pictures_of(file.read()))
        self.connections, self.down, self.held, self.late, self.lossy = set(), set(), set(), set(), set()
        self.clip_of = {}
        self.sent = collections.Counter()

    async def request(self, reader):
        """The next request's lines; receiver reports between are left out."""
        while (first := await reader.readexactly(1)) == b"$":
            _, length = struct.unpack(">BH", await reader.readexactly(3))
            await reader.readexactly(length)
        return (first + await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")

    async def serve(self, reader, writer):
        connection = None
        try:
            while True:
                lines = await self.request(reader)
                method, url, _ = lines[0].split()
                number = int(url.split("://")[1].split("/")[1])
                if number in self.down:
                    return self.reset(writer)
                if connection is None:
                    connection = Connection(writer, number, self.clips[self.clip_of.get(number, 0)])
                    self.connections.add(connection)
                cseq = next(line for line in lines if line.lower().startswith("cseq"))
                self.answer(writer, method, cseq)
                if method == "PLAY" and not connection.playing:
                    connection.playing = True
                    if self.options.idle:
                        connection.send_picture(self.options.rate)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            self.connections.discard(connection)
            writer.close()

    def answer(self, writer, method, cseq):
        extra = {"SETUP": f"Session: 7;timeout={self.options.timeout}\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n",
                 "OPTIONS": "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN\r\n"}.get(method, "")
        body = SDP if method == "DESCRIBE" else ""
        if body:
            extra = f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"RTSP/1.0 200 OK\r\n{cseq}\r\n{extra}\r\n{body}".encode())

    @staticmethod
    def reset(writer):
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def play(self):
        """Each camera in its turn within the time of a picture, so that they do not send at once."""
        step = 1 / self.options.rate / 16
        due, turn = time.monotonic(), 0
        while True:
            for connection in list(self.connections):
                if connection.number % 16 != turn or not connection.playing or connection.number in self.held:
                    continue
                if connection.writer.transport.get_write_buffer_size() > 4_000_000:
                    continue
                connection.send_picture(self.options.rate, connection.number in self.lossy, connection.number in self.late)
                self.sent[connection.number] += 1
            turn = (turn + 1) % 16
            due += step
            await asyncio.sleep(max(0, due - time.monotonic()))

    async def report(self):
        while True:
            await asyncio.sleep(self.options.reports)
            for connection in list(self.connections):
                if connection.playing:
                    connection.send_report(self.options.rate)

    def go(self, number):
        self.held.discard(number)
        self.late.discard(number)

    def do_to(self, connection, what):
        if what == "down":
            self.reset(connection.writer)
        elif what == "cut":
            connection.writer.close()
        elif what == "noise":
            connection.writer.write(bytes(range(100, 200)))
        elif what == "jump":
            connection.offset += 3600 * TICKS
        elif what == "bye":
            connection.writer.write(connection.frame(1, struct.pack(">BBHI", 0x81, 203, 1, connection.ssrc)))

    def obey(self, line):
        what, *rest = line.split()
        if what == "sent":
            return print(json.dumps(self.sent), flush=True)
        number = int(rest[0])
        if what == "clip":
            self.clip_of[number] = int(rest[1])
        switches = {"down": self.down.add, "up": self.down.discard, "hold": self.held.add, "late": self.late.add, "go": self.go,
                    "lossy": self.lossy.add, "whole": self.lossy.discard}
        switches.get(what, lambda _: None)(number)
        for connection in [c for c in self.connections if c.number == number]:
            self.do_to(connection, what)
        return None

    async def run(self):
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        commands = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
        tasks = [asyncio.create_task(self.report())]
        if not self.options.idle:
            tasks.append(asyncio.create_task(self.play()))
        while line := await commands.readline():
            self.obey(line.decode())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("clips", nargs="+")
    parser.add_argument("--rate", type=int, default=25)
    parser.add_argument("--idle", action="store_true")
    parser.add_argument("--timeout", type=int, default=60)
    parser.add_argument("--reports", type=float, default=5)
    asyncio.run(Cameras(parser.parse_args()).run())


main()
