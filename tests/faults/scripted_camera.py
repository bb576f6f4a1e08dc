"""An RTSP camera that says what it is told to, for what no real server does on request."""
import struct
import threading

from line import Line, listen_on

SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n"
# 65,520 x 65,520 in Baseline: 4,095 macroblocks each way
ABSURD_SPS = bytes([0x67, 0x42, 0x00, 0x33, 0xDA, 0x00, 0x0F, 0xFF, 0x00, 0x1F, 0xFF, 0x10])
PPS = bytes([0x68, 0xCE, 0x0F, 0xC8])
IDR = bytes([0x65, 0x88, 0x84, 0x01])


def rtp(sequence, timestamp, marker, payload):
    return struct.pack(">BBHII", 0x80, 96 | (0x80 if marker else 0), sequence, timestamp, 0x1234) + payload


class ScriptedCamera:
    """Goes through the dialogue with `sdp`, then sends `units` as RTP packets of one picture."""

    def __init__(self, sdp=SDP, units=(), describe="200 OK"):
        self.sdp, self.units, self.describe, self.asked = sdp, units, describe, []
        self.listener = listen_on()
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            with client, client.makefile("rb") as stream:
                while request := self._request(stream):
                    self._answer(client, request)
        except OSError:
            pass

    @staticmethod
    def _request(stream):
        lines = []
        while (first := stream.peek(1)[:1]) == b"$":  # a receiver report
            stream.read(struct.unpack(">BBH", stream.read(4))[2])
        if not first:
            return lines
        while (line := stream.readline()) not in (b"\r\n", b""):
            lines.append(line.decode(errors="replace").strip())
        return lines

    def _answer(self, client, request):
        method = request[0].split()[0]
        self.asked.append(method)
        cseq = next(line for line in request if line.lower().startswith("cseq"))
        head = {"DESCRIBE": self.describe, "SETUP": "200 OK\r\nSession: 7\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1"}
        body = self.sdp if method == "DESCRIBE" and self.describe.startswith("200") else ""
        text = f"RTSP/1.0 {head.get(method, '200 OK')}\r\n{cseq}\r\n"
        if body:
            text += f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n"
        client.sendall((text + "\r\n" + body).encode())
        if method == "PLAY":
            for number, unit in enumerate(self.units):
                packet = rtp(number, 0, number == len(self.units) - 1, unit)
                client.sendall(b"$" + struct.pack(">BH", 0, len(packet)) + packet)

    def close(self):
        Line._close(self.listener)
