#pragma once

#include <cstdint>
#include <span>

// What fuzz targets (tests/fuzz) and mutation tests give bytes to: each is a parser of ours behind one function.
namespace lyn::rtsp {

/// The byte stream of an RTSP connection, in pieces whose length the bytes themselves choose.
void feed_stream(std::span<const std::uint8_t> bytes);
/// A session description, and the plan made of it; also as a URL and as a control line.
void feed_description(std::span<const std::uint8_t> bytes);
/// What a server says, message after message, to a client that wants to play.
void feed_dialogue(std::span<const std::uint8_t> bytes);
/// First byte: H.264, HEVC, JPEG, AAC, or RTCP. Then packets, each behind its length in 16 bits.
void feed_media(std::span<const std::uint8_t> bytes);
/// First byte: H.264 or HEVC. Then a NAL unit.
void feed_parameter_set(std::span<const std::uint8_t> bytes);

}  // namespace lyn::rtsp
