#pragma once

#include <algorithm>
#include <cstdint>
#include <variant>

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

/// Where pixel (x, y) of a channel lies. `step`: elements from one pixel of a row to the next, 1 in planes and 3 where
/// the slot is NHWC.
template <class Element, int step>
inline Element* slot_at(const LetterboxArgs& args, int channel, int y, int x) {
  const std::int64_t row = step == 1 ? static_cast<std::int64_t>(channel) * args.slot_height + y : y;
  return args.slot.as<Element>().host_view() + (row * args.slot_width + x) * step + (step == 1 ? 0 : channel);
}

template <int step, class Element>
inline void fill_pixels(Element* to, std::int64_t count, Element value) {
  if constexpr (step == 1) {
    std::fill_n(to, count, value);
  } else {
    for (std::int64_t i = 0; i < count; ++i) to[i * step] = value;
  }
}

/// Everything of the slot that the picture does not cover.
template <class Element, int step>
inline void pad(const LetterboxArgs& args) {
  const int width = args.turned ? args.rows : args.columns;
  const int height = args.turned ? args.columns : args.rows;
  const int right = args.offset_x + width;
  const int below = args.offset_y + height;
  for (int channel = 0; channel < 3; ++channel) {
    const auto value = make_element<Element>(args.pad_value, args.multiplier[channel], args.bias[channel]);
    const auto fill = [&](int y, int x, std::int64_t count) {
      fill_pixels<step>(slot_at<Element, step>(args, channel, y, x), count, value);
    };
    fill(0, 0, static_cast<std::int64_t>(args.offset_y) * args.slot_width);
    for (int y = args.offset_y; y < below; ++y) {
      fill(y, 0, args.offset_x);
      fill(y, right, args.slot_width - right);
    }
    fill(below, 0, static_cast<std::int64_t>(args.slot_height - below) * args.slot_width);
  }
}

/// Upright: a chunk of a line is a run of a slot row.
template <class Element, int step>
inline void store_run(const LetterboxArgs& args, const Makers<Element>& makers, const ChunkPixels& pixels, int row,
                      int begin, int end) {
  for (int channel = 0; channel < 3; ++channel) {
    const Maker<Element>& make = makers.of[channel];
    const std::uint8_t* __restrict from = pixels.value[channel];
    Element* __restrict to = slot_at<Element, step>(args, channel, args.offset_y + row, args.offset_x + begin);
    for (int i = 0; i < end - begin; ++i) to[i * step] = make(from[i]);
  }
}

/// Turned: a chunk of kTile lines is a block of the slot, lines running down.
template <class Element, int step>
inline void store_tile(const LetterboxArgs& args, const Makers<Element>& makers, const ChunkPixels* lines, int row,
                       int row_count, int begin, int end) {
  for (int channel = 0; channel < 3; ++channel) {
    const Maker<Element>& make = makers.of[channel];
    for (int i = begin; i < end; ++i) {
      Element* to = slot_at<Element, step>(args, channel, args.offset_y + i, args.offset_x + row);
      for (int line = 0; line < row_count; ++line) {
        to[line * step] = make(lines[line].value[channel][i - begin]);
      }
    }
  }
}

/// Writes the slot in the form that the model takes. The form is looked at once a line and not outside all loops, so
/// that the code that samples lines is compiled once for all forms.
class SlotWriter {
 public:
  explicit SlotWriter(const LetterboxArgs& args) : args_(args) {
    if (args.type == ElementType::float16) makers_.emplace<Makers<std::uint16_t>>(args);
    if (args.type == ElementType::uint8) makers_.emplace<Makers<std::uint8_t>>(args);
  }

  void padding() const {
    in_form([this]<int step, class Element>(const Makers<Element>&) { pad<Element, step>(args_); });
  }

  /// `row_count` lines from `row` on, one where the picture stands upright, of the outputs [begin, end).
  void lines(const ChunkPixels* pixels, int row, int row_count, int begin, int end) const {
    in_form([&]<int step, class Element>(const Makers<Element>& makers) {
      if (args_.turned) return store_tile<Element, step>(args_, makers, pixels, row, row_count, begin, end);
      store_run<Element, step>(args_, makers, pixels[0], row, begin, end);
    });
  }

 private:
  // No std::visit(): it calls by pointer, and what is called is then not compiled for the processor's instructions.
  template <class Action>
  void in_form(const Action& action) const {
    if (const auto* floats = std::get_if<Makers<float>>(&makers_)) return in_step(*floats, action);
    if (const auto* halves = std::get_if<Makers<std::uint16_t>>(&makers_)) return in_step(*halves, action);
    in_step(*std::get_if<Makers<std::uint8_t>>(&makers_), action);
  }
  template <class Element, class Action>
  void in_step(const Makers<Element>& makers, const Action& action) const {
    if (args_.interleaved) return action.template operator()<3>(makers);
    action.template operator()<1>(makers);
  }

  const LetterboxArgs& args_;
  std::variant<Makers<float>, Makers<std::uint16_t>, Makers<std::uint8_t>> makers_{std::in_place_index<0>, args_};
};

template <class Sampler>
inline void fill_slot(const LetterboxArgs& args) {
  const SlotWriter writer(args);
  LineSamples samples;
  ChunkPixels lines[kTile];
  const int chunk = Sampler::chunk_outputs(args);
  const int tile = args.turned ? kTile : 1;
  writer.padding();
  for (int begin = 0; begin < args.columns; begin += chunk) {
    const int end = std::min(begin + chunk, args.columns);
    Sampler sampler(args, begin, end);
    for (int row = 0; row < args.rows; row += tile) {
      const int row_count = std::min(tile, args.rows - row);
      for (int line = 0; line < row_count; ++line) {
        line_pixels(args, sampler, row + line, end - begin, samples, lines[line]);
      }
      writer.lines(lines, row, row_count, begin, end);
    }
  }
}

}  // namespace lyn::letterbox
