#pragma once

#include <vector>

#include "kernels/masks.h"
#include "stages/infer/box_details.h"

namespace lyn {

/// Where coefficients and prototypes lie in a session's outputs.
struct MaskForm {
  MaskGrid grid;
  int prototypes = 0;
  std::size_t coefficient_output = 0;
  std::size_t prototype_output = 1;
  int first = 0;  ///< value of an anchor at which coefficients begin
  std::int64_t slot_step = 0;
  std::int64_t anchor_step = 0;
  std::int64_t value_step = 0;
};

/// Masks of the kept boxes: a bit a cell of the prototypes' grid, cut to the box; kMaskWords a frame at most.
/// Only the words of masks that are there leave the device. How many each has, the host works out from the
/// boxes, as the device did.
class MaskDetails final : public BoxDetails {
 public:
  MaskDetails(Device& device, const MaskForm& form) : device_(device), form_(form) {}
  Status lease(int slots);

  Status run(Stream& stream, const InferenceSession& session, int batch, const KeptBoxes& kept) override;
  Result<bool> copy(Stream& stream, int index, std::span<const Detection> boxes) override;
  void finish(int index, Findings& found) override;

 private:
  [[nodiscard]] Box area_of(const MaskCells& cells) const;

  Device& device_;
  MaskForm form_;
  Buffer offsets_;
  Buffer bits_;
  Staging staging_;                       ///< kMaskWords a slot
  std::vector<std::vector<Mask>> masks_;  ///< a list a slot
};

}  // namespace lyn
