#pragma once

#include "stages/ingest/rtsp/bit_reader.h"
#include "stages/ingest/rtsp/sequence_facts.h"

namespace lyn::rtsp {

/// The part of the VUI that H.264 (E.1.1) and HEVC (E.2.1) share: aspect ratio to chroma siting.
void read_usability(BitReader& in, SequenceFacts& facts);
/// chroma_format_idc as a Chroma.
std::optional<Chroma> chroma_of(std::uint32_t chroma_format_idc);

}  // namespace lyn::rtsp
