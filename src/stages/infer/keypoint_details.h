#pragma once

#include <vector>

#include "kernels/keypoints.h"
#include "stages/infer/box_details.h"

namespace lyn {

/// Where keypoints lie in the output that boxes come from.
struct KeypointForm {
  int count = 0;
  int values = 3;  ///< x, y and score, or 2: x and y
  int first = 0;   ///< value of an anchor at which they begin
  std::int64_t slot_step = 0;
  std::int64_t anchor_step = 0;
  std::int64_t value_step = 0;
};

/// Keypoints of the kept boxes: 8 bytes each, kKeypointBytes a frame at most, those of the highest boxes.
class KeypointDetails final : public BoxDetails {
 public:
  KeypointDetails(Device& device, const KeypointForm& form);
  Status lease(int slots);

  Status run(Stream& stream, const InferenceSession& session, int batch, const KeptBoxes& kept) override;
  Result<bool> copy(Stream& stream, int index, std::span<const Detection> boxes) override;
  void finish(int index, Findings& found) override;

 private:
  [[nodiscard]] std::size_t points_of(std::span<const Detection> boxes) const;

  Device& device_;
  KeypointForm form_;
  std::size_t slot_points_;  ///< of the boxes that have any
  Buffer packed_;            ///< slot_points_ a slot
  Staging staging_;          ///< likewise
  std::vector<Keypoint> points_;
};

}  // namespace lyn
