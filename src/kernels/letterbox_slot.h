#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/letterbox_line.h"

/// Lines into the slot: elements, padding, and the quarter turn.
namespace lyn::letterbox {

/// Lines of a turned picture that are written together, so that a slot row is touched once for all of them.
constexpr int kTile = 16;

/// The element type's own view of a slot plane.
template <class Element>
inline Element make_element(std::int32_t pixel, float multiplier, float bias) {
  if constexpr (std::is_same_v<Element, float>) return element(pixel, multiplier, bias);
  if constexpr (std::is_same_v<Element, std::uint16_t>) return to_half(element(pixel, multiplier, bias));
  if constexpr (std::is_same_v<Element, std::uint8_t>) return static_cast<std::uint8_t>(pixel);
}

/// make_element() of one plane of the slot. Halves come from a table: a pixel has 256 values, and to_half() is no
/// vector code.
template <class Element>
class Maker {
 public:
  Maker(const LetterboxArgs& args, int channel) : multiplier_(args.multiplier[channel]), bias_(args.bias[channel]) {}
  Element operator()(std::uint8_t pixel) const { return make_element<Element>(pixel, multiplier_, bias_); }

 private:
  float multiplier_;
  float bias_;
};

template <>
class Maker<std::uint16_t> {
 public:
  Maker(const LetterboxArgs& args, int channel) {
    for (int pixel = 0; pixel < 256; ++pixel) {
      halves_[pixel] = make_element<std::uint16_t>(pixel, args.multiplier[channel], args.bias[channel]);
    }
  }
  std::uint16_t operator()(std::uint8_t pixel) const { return halves_[pixel]; }

 private:
  std::uint16_t halves_[256];
};

/// One a plane.
template <class Element>
struct Makers {
  explicit Makers(const LetterboxArgs& args) : of{{args, 0}, {args, 1}, {args, 2}} {}
  Maker<Element> of[3];
};

template <class Element>
inline Element* slot_row(const LetterboxArgs& args, int channel, int y) {
  const std::int64_t row = static_cast<std::int64_t>(channel) * args.slot_height + y;
  return args.slot.as<Element>().host_view() + row * args.slot_width;
}

/// Everything of the slot that the picture does not cover.
template <class Element>
inline void pad(const LetterboxArgs& args) {
  const int width = args.turned ? args.rows : args.columns;
  const int height = args.turned ? args.columns : args.rows;
  for (int channel = 0; channel < 3; ++channel) {
    const auto value = make_element<Element>(args.pad_value, args.multiplier[channel], args.bias[channel]);
    Element* plane = slot_row<Element>(args, channel, 0);
    std::fill_n(plane, static_cast<std::int64_t>(args.offset_y) * args.slot_width, value);
    for (int y = args.offset_y; y < args.offset_y + height; ++y) {
      Element* row = slot_row<Element>(args, channel, y);
      std::fill_n(row, args.offset_x, value);
      std::fill(row + args.offset_x + width, row + args.slot_width, value);
    }
    std::fill(slot_row<Element>(args, channel, args.offset_y + height),
              plane + static_cast<std::int64_t>(args.slot_height) * args.slot_width, value);
  }
}

/// Upright: a chunk of a line is a run of a slot row.
template <class Element>
inline void store_run(const LetterboxArgs& args, const Makers<Element>& makers, const ChunkPixels& pixels, int row,
                      int begin, int end) {
  for (int channel = 0; channel < 3; ++channel) {
    const Maker<Element>& make = makers.of[channel];
    const std::uint8_t* __restrict from = pixels.value[channel];
    Element* __restrict to = slot_row<Element>(args, channel, args.offset_y + row) + args.offset_x + begin;
    for (int i = 0; i < end - begin; ++i) to[i] = make(from[i]);
  }
}

/// Turned: a chunk of kTile lines is a block of the slot, lines running down.
template <class Element>
inline void store_tile(const LetterboxArgs& args, const Makers<Element>& makers, const ChunkPixels* lines, int row,
                       int row_count, int begin, int end) {
  for (int channel = 0; channel < 3; ++channel) {
    const Maker<Element>& make = makers.of[channel];
    for (int i = begin; i < end; ++i) {
      Element* to = slot_row<Element>(args, channel, args.offset_y + i) + args.offset_x + row;
      for (int line = 0; line < row_count; ++line) {
        to[line] = make(lines[line].value[channel][i - begin]);
      }
    }
  }
}

template <class Sampler, class Element>
inline void fill_slot(const LetterboxArgs& args) {
  const Makers<Element> makers(args);
  LineSamples samples;
  ChunkPixels lines[kTile];
  const int chunk = Sampler::chunk_outputs(args);
  const int tile = args.turned ? kTile : 1;
  pad<Element>(args);
  for (int begin = 0; begin < args.columns; begin += chunk) {
    const int end = std::min(begin + chunk, args.columns);
    Sampler sampler(args, begin, end);
    for (int row = 0; row < args.rows; row += tile) {
      const int row_count = std::min(tile, args.rows - row);
      for (int line = 0; line < row_count; ++line) {
        line_pixels(args, sampler, row + line, end - begin, samples, lines[line]);
      }
      if (args.turned) {
        store_tile<Element>(args, makers, lines, row, row_count, begin, end);
      } else {
        store_run<Element>(args, makers, lines[0], row, begin, end);
      }
    }
  }
}

template <class Sampler>
inline void fill_slot(const LetterboxArgs& args) {
  if (args.type == ElementType::float32) return fill_slot<Sampler, float>(args);
  if (args.type == ElementType::float16) return fill_slot<Sampler, std::uint16_t>(args);
  fill_slot<Sampler, std::uint8_t>(args);
}

}  // namespace lyn::letterbox
