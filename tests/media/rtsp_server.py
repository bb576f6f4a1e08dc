#!/usr/bin/python3
"""A real RTSP server on loopback for tests.

usage: rtsp_server.py [CLIP] [--codec h264|h265|jpeg] [--size WxH] [--depth 8|10] [--rate N] [--gop N] [--sound aac|pcma]
                      [--port N] [--flash] [--silent-after N] [--user NAME --password WORD [--digest]] [--tls CERTIFICATE KEY]

Serves CLIP's video (mp4 or mkv) at its own pace, and is silent once it has ended; without CLIP a
moving pattern, for ever. The URL is rtsp://127.0.0.1:PORT/main (rtsps:// with --tls); the port is printed on a line of its
own once the server listens. Runs until its standard input closes, so that it never outlives the
test that started it.
"""

import argparse
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("clip", nargs="?")
    parser.add_argument("--codec", default="h264", choices=["h264", "h265", "jpeg"])
    parser.add_argument("--size", default="320x240")
    parser.add_argument("--depth", default="8", choices=["8", "10"], help="bits, of h264 and h265")
    parser.add_argument("--rate", type=int, default=25)
    parser.add_argument("--gop", type=int, default=10)
    parser.add_argument("--silent-after", type=int, default=0, metavar="N", help="send N pictures, then nothing")
    parser.add_argument("--port", default="0", help="0: any that is free")
    parser.add_argument("--flash", action="store_true", help="the picture is dark or bright, by turns, each second of the clock")
    parser.add_argument("--sound", choices=["aac", "pcma"])
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--digest", action="store_true", help="ask for Digest, not Basic")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    return parser.parse_args()


def parser_of(options):
    return "jpegparse" if options.codec == "jpeg" else f"{options.codec}parse config-interval=-1"


def clip_source(options):
    demuxer = "qtdemux" if options.clip.endswith((".mp4", ".mov")) else "matroskademux"
    return f'filesrc location="{options.clip}" ! {demuxer} ! {parser_of(options)} ! identity sync=true'


def pattern_source(options):
    width, height = options.size.split("x")
    form = "I420" if options.depth == "8" else "I420_10LE"
    pattern = "solid-color foreground-color=0xff808080" if options.flash else "ball"
    flash = "videobalance name=flash ! " if options.flash else ""
    tuned = f"tune=zerolatency speed-preset=ultrafast key-int-max={options.gop}"
    encoder = {"h264": f"x264enc {tuned}", "h265": f"x265enc {tuned}", "jpeg": "jpegenc"}[options.codec]
    return (
        f"videotestsrc name=scene is-live=true pattern={pattern} ! video/x-raw,format={form},width={width},height={height},"
        f"framerate={options.rate}/1 ! {flash}{encoder} ! {parser_of(options)}"
    )


def sound_source(options):
    if not options.sound:
        return ""
    payload = {"aac": "voaacenc ! aacparse ! rtpmp4gpay", "pcma": "alawenc ! rtppcmapay"}[options.sound]
    return f"audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! {payload} name=pay1 pt=97"


def launch_line(options):
    """One client's pipeline. `valve` is where pictures are counted and held back.

    Parameter sets are repeated by the parser: the payloader would put them between the slices of a
    keyframe, and libavformat would then see two pictures.
    """
    source = clip_source(options) if options.clip else pattern_source(options)
    return f"( {source} ! valve name=valve ! rtp{options.codec}pay name=pay0 pt=96 {sound_source(options)} )"


def hold_back_after(media, pictures):
    valve = media.get_element().get_by_name("valve")
    count = 0

    def on_picture(_pad, _info):
        nonlocal count
        count += 1
        if count >= pictures:
            valve.set_property("drop", True)
        return Gst.PadProbeReturn.OK

    valve.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, on_picture)


def flash_by_the_clock(media):
    """Each picture is as the clock was at its time, however late it is made: all servers of a machine show one scene."""
    scene, flash = (media.get_element().get_by_name(name) for name in ("scene", "flash"))

    def on_picture(_pad, info):
        at = scene.get_base_time() + info.get_buffer().pts
        flash.set_property("brightness", 0.4 if at // Gst.SECOND % 2 else -0.4)
        return Gst.PadProbeReturn.OK

    scene.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, on_picture)


def ask_for_password(auth, factory, options):
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    if options.digest:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(options.user, options.password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(options.user, options.password), token)
    allow("viewer", factory)


def allow(role, factory):
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role(role, GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS, True)
    permissions.add_permission_for_role(role, GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, True)
    factory.set_permissions(permissions)


def protect(server, factory, options):
    auth = GstRtspServer.RTSPAuth()
    if options.tls:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_files(*options.tls))
    if options.user:
        ask_for_password(auth, factory, options)
    else:
        anybody = GstRtspServer.RTSPToken()
        anybody.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "anybody")
        auth.set_default_token(anybody)
        allow("anybody", factory)
    server.set_auth(auth)


def main():
    options = arguments()
    Gst.init(None)
    loop = GLib.MainLoop()
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(launch_line(options))
    if options.silent_after:
        factory.connect("media-configure", lambda _factory, media: hold_back_after(media, options.silent_after))
    if options.flash:
        factory.connect("media-configure", lambda _factory, media: flash_by_the_clock(media))
    if options.user or options.tls:
        protect(server, factory, options)
    server.get_mount_points().add_factory("/main", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)

    def wait_for_end():
        sys.stdin.read()
        GLib.idle_add(loop.quit)

    threading.Thread(target=wait_for_end, daemon=True).start()
    loop.run()


main()
