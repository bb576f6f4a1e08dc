#include "stages/preprocess/letterbox_tables.h"

#include <algorithm>
#include <array>
#include <utility>

#include "kernels/area_taps.h"
#include "kernels/taps.h"

namespace lyn {
namespace {

int plane_length(int luma_length, int shift) {
  return (luma_length + (1 << shift) - 1) >> shift;
}

AreaTaps taps_of(Resize resize, int outputs, const AxisSiting& axis, bool reversed) {
  if (resize == Resize::area) return make_area_taps(outputs, axis, reversed);
  Taps taps = make_taps(outputs, axis, reversed);
  return {1, std::move(taps.index), std::move(taps.weight)};
}

/// Luma x, luma y, chroma x, chroma y.
std::array<AreaTaps, 4> make_all_taps(const LetterboxTables& tables, Resize resize) {
  const TableKey& key = tables.key;
  const PixelFormat format{key.chroma};
  const int shift_x = format.chroma_shift_x();
  const int shift_y = format.chroma_shift_y();
  // Upright x runs against stored x after a half turn, and upright y against it after three quarters;
  // the other axis likewise.
  const bool reversed_x = key.rotation == 2 || key.rotation == 3;
  const bool reversed_y = key.rotation == 1 || key.rotation == 2;
  const AxisSiting luma_x{key.width, key.width, 0, false};
  const AxisSiting luma_y{key.height, key.height, 0, false};
  const AxisSiting chroma_x{key.width, plane_length(key.width, shift_x), shift_x, centred_x(key.siting)};
  const AxisSiting chroma_y{key.height, plane_length(key.height, shift_y), shift_y, centred_y(key.siting)};
  return {taps_of(resize, tables.columns, luma_x, reversed_x), taps_of(resize, tables.rows, luma_y, reversed_y),
          taps_of(resize, tables.columns, chroma_x, reversed_x), taps_of(resize, tables.rows, chroma_y, reversed_y)};
}

Result<LetterboxTables> upload(Device& device, Stream& stream, const TableKey& key, const InputSpec& spec) {
  LetterboxTables tables;
  tables.key = key;
  const bool turned = key.rotation % 2 == 1;
  tables.geometry = letterbox_geometry(turned ? key.height : key.width, turned ? key.width : key.height, spec);
  tables.columns = turned ? tables.geometry.scaled_height : tables.geometry.scaled_width;
  tables.rows = turned ? tables.geometry.scaled_width : tables.geometry.scaled_height;
  std::array<std::ptrdiff_t, 8> at{};
  std::size_t next = 0;
  const auto all = make_all_taps(tables, spec.resize);
  for (const AreaTaps& taps : all) {
    for (const auto* part : {&taps.index, &taps.weight}) {
      at[next++] = static_cast<std::ptrdiff_t>(tables.values.size() * sizeof(std::int32_t));
      tables.values.insert(tables.values.end(), part->begin(), part->end());
    }
  }
  const auto bytes = std::as_bytes(std::span<const std::int32_t>(tables.values));
  LYN_TRY(tables.buffer, device.pool().lease(bytes.size()));
  LYN_CHECK(device.copy_in(stream, Reason::tables, tables.buffer.address(), bytes));
  const auto part = [&](std::size_t i) { return tables.buffer.address().offset_bytes(at[i]).as<const std::int32_t>(); };
  tables.luma_x = {part(0), part(1), all[0].count};
  tables.luma_y = {part(2), part(3), all[1].count};
  tables.chroma_x = {part(4), part(5), all[2].count};
  tables.chroma_y = {part(6), part(7), all[3].count};
  return tables;
}

}  // namespace

Result<const LetterboxTables*> LetterboxTableCache::find(Device& device, Stream& stream, const TableKey& key,
                                                         const InputSpec& spec) {
  const auto found = std::ranges::find(tables_, key, &LetterboxTables::key);
  if (found != tables_.end()) {
    std::rotate(found, found + 1, tables_.end());
    return &tables_.back();
  }
  LYN_TRY(LetterboxTables made, upload(device, stream, key, spec));
  if (tables_.size() == kCapacity) {
    // A kernel that reads the oldest may still be under way, and its memory is about to be lent again.
    LYN_CHECK(stream.synchronize());
    tables_.erase(tables_.begin());
  }
  tables_.push_back(std::move(made));
  return &tables_.back();
}

}  // namespace lyn
