#!/usr/bin/python3
"""A web server on loopback for tests.

usage: http_server.py FOLDER [--tls CERTIFICATE_AND_KEY]

Prints its port once it listens, and runs until its standard input closes. Besides FOLDER's files (whole or in
ranges): /parts, a camera's endless answer of JPEG parts from FOLDER's .jpg files, silent once each was sent;
/stream, live.ts from FOLDER without an end, silent likewise; /moved.mp4?URL, which sends one on.
"""
import argparse
import pathlib
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--tls")
options = parser.parse_args()
over = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        try:
            self.answer()
        except (BrokenPipeError, ConnectionResetError):
            pass

    def answer(self):
        path, _, query = self.path.partition("?")
        if path == "/moved.mp4":
            return self.head(302, 0, Location=query)
        if path == "/parts":
            return self.parts()
        if path == "/stream":
            self.head(200, None, **{"Content-Type": "video/mp2t", "Connection": "close"})
            self.wfile.write((options.folder / "live.ts").read_bytes())
            return self.silence()
        file = options.folder / path.lstrip("/")
        if ".." in path or not file.is_file():
            return self.head(404, 0)
        return self.file(file.read_bytes())

    def head(self, code, length, **fields):
        self.send_response(code)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()

    def file(self, content):
        wanted = self.headers.get("Range", "").removeprefix("bytes=")
        first, _, last = wanted.partition("-")
        if not first:
            self.head(200, len(content), **{"Accept-Ranges": "bytes"})
            return self.wfile.write(content)
        begin, end = int(first), min(int(last or len(content) - 1), len(content) - 1)
        if begin >= len(content):
            return self.head(416, 0, **{"Content-Range": f"bytes */{len(content)}"})
        self.head(206, end + 1 - begin, **{"Content-Range": f"bytes {begin}-{end}/{len(content)}"})
        return self.wfile.write(content[begin:end + 1])

    def parts(self):
        self.head(200, None, **{"Content-Type": "multipart/x-mixed-replace; boundary=cut", "Connection": "close"})
        for file in sorted(options.folder.glob("*.jpg")):
            content = file.read_bytes()
            self.wfile.write(b"--cut\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(content))
            self.wfile.write(content + b"\r\n")
        self.wfile.write(b"--cut\r\n")
        return self.silence()

    def silence(self):
        self.wfile.flush()
        over.wait()


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
if options.tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.tls)
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
over.set()
