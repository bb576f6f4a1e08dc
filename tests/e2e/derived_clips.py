"""Clips made from the samples at test time, for which golden/ holds an independent YOLOX's detections too.

Each shows what a sample shows, in another codec, depth, size or turn. `size` is the picture's as displayed,
`matrix` the one that it is tagged with (or that is meant where it is not).
"""
import collections

from lynceus import BOTTLES, PERSONS, clip

FRAMES = 100

Derived = collections.namedtuple("Derived", "path size matrix")


def _encoded(name, sample, first, filters, *codec):
    picked = f"trim=start_frame={first}:end_frame={first + FRAMES},setpts=PTS-STARTPTS"
    return clip(name, "-i", sample, "-map", "0:v:0", "-vf", ",".join([picked, *filters]), *codec)


def _hevc(*options):
    # One thread: the same bits on every machine.
    return ("-c:v", "libx265", "-preset", "fast", "-crf", "20", "-x265-params",
            "log-level=error:pools=none:frame-threads=1", *options)


def _turned(name, stored, tag):
    """The same packets, with a display matrix that sets the picture upright."""
    return clip(name, "-i", stored, "-c", "copy", "-metadata:s:v:0", f"rotate={tag}")


def hevc():
    return Derived(_encoded("hevc.mp4", BOTTLES, 50, [], *_hevc("-pix_fmt", "yuv420p")), (640, 360), "bt601")


def hevc_10_bit():
    return Derived(_encoded("hevc10.mkv", PERSONS, 45, [], *_hevc("-pix_fmt", "yuv420p10le")), (768, 432), "bt601")


def full_hd():
    scaled = "scale=1920:1080:flags=bicubic:out_color_matrix=bt709"
    tagged = ("-pix_fmt", "yuv420p", "-colorspace", "bt709", "-color_range", "tv")
    path = _encoded("full-hd.mp4", BOTTLES, 0, [scaled], "-threads", "1", "-c:v", "libx264",
                    "-preset", "veryfast", "-crf", "20", *tagged)
    return Derived(path, (1920, 1080), "bt709")


def turned_left():
    stored = _encoded("sideways.mp4", PERSONS, 45, ["transpose=clock"], "-threads", "1", "-c:v", "libx264",
                      "-preset", "veryfast", "-pix_fmt", "yuv420p")
    return Derived(_turned("turned-left.mp4", stored, 90), (768, 432), "bt601")


def turned_right_hevc_10_bit_full_hd():
    scaled = "scale=1920:1080:flags=bicubic:out_color_matrix=bt709"
    stored = _encoded("sideways10.mp4", PERSONS, 45, [scaled, "transpose=cclock"],
                      *_hevc("-pix_fmt", "yuv420p10le", "-colorspace", "bt709", "-color_range", "tv"))
    return Derived(_turned("turned-right.mp4", stored, 270), (1920, 1080), "bt709")


DERIVED = {"hevc": hevc, "hevc-10-bit": hevc_10_bit, "full-hd": full_hd, "turned-left": turned_left,
           "turned-right-hevc-10-bit-full-hd": turned_right_hevc_10_bit_full_hd}
