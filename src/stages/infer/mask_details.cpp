#include "stages/infer/mask_details.h"

#include "stages/infer/head_checks.h"

namespace lyn {

namespace {
constexpr std::size_t kSlotBytes = kMaskWords * sizeof(std::uint32_t);
}

Status MaskDetails::lease(int slots) {
  const auto count = static_cast<std::size_t>(slots);
  LYN_TRY(offsets_, device_.pool().lease(count * (kMaxBoxes + 1) * sizeof(std::int32_t)));
  LYN_TRY(bits_, device_.pool().lease(count * kSlotBytes));
  LYN_TRY(staging_, Staging::create(device_, count * kSlotBytes));
  masks_.resize(count);
  for (auto& slot : masks_) slot.reserve(kMaxBoxes);
  return {};
}

Status MaskDetails::run(Stream& stream, const InferenceSession& session, int batch, const KeptBoxes& kept) {
  const MaskArgs args{raw_output(session, form_.coefficient_output),
                      raw_output(session, form_.prototype_output),
                      kept.first,
                      kept.more,
                      kept.anchors,
                      offsets_.address().as<std::int32_t>(),
                      bits_.address().as<std::uint32_t>(),
                      form_.grid,
                      form_.prototypes,
                      form_.first,
                      form_.slot_step,
                      form_.anchor_step,
                      form_.value_step};
  const auto slots = static_cast<unsigned>(batch);
  LYN_CHECK(device_.launch(stream, kPlaceMasks, args, {1, slots, 1}));
  return device_.launch(stream, kFillMasks, args, {static_cast<unsigned>(kMaskWords), slots, 1});
}

/// Slot pixels that the cells cover.
Box MaskDetails::area_of(const MaskCells& cells) const {
  const MaskGrid& grid = form_.grid;
  return {static_cast<float>(cells.x0) / grid.cells_per_x, static_cast<float>(cells.y0) / grid.cells_per_y,
          static_cast<float>(cells.x1) / grid.cells_per_x, static_cast<float>(cells.y1) / grid.cells_per_y};
}

Result<bool> MaskDetails::copy(Stream& stream, int index, std::span<const Detection> boxes) {
  const std::size_t at = static_cast<std::size_t>(index) * kSlotBytes;
  const auto* words = reinterpret_cast<const std::uint32_t*>(staging_.bytes().data() + at);
  std::vector<Mask>& masks = masks_[static_cast<std::size_t>(index)];
  masks.clear();
  std::size_t used = 0;
  for (const Detection& detection : boxes) {
    const MaskCells cells = cells_of(detection.box, form_.grid);
    const auto own = static_cast<std::size_t>(cells.words());
    if (used + own > kMaskWords) break;
    masks.push_back({area_of(cells), cells.columns(), cells.rows(), {words + used, own}});
    used += own;
  }
  if (used == 0) return false;
  LYN_CHECK(device_.copy_out(stream, Reason::masks, staging_.bytes().subspan(at, used * sizeof(std::uint32_t)),
                             bits_.address().offset_bytes(static_cast<std::ptrdiff_t>(at))));
  return true;
}

void MaskDetails::finish(int index, Findings& found) {
  found.masks = masks_[static_cast<std::size_t>(index)];
}

}  // namespace lyn
