#include "stages/infer/keypoint_details.h"

#include <algorithm>

#include "stages/infer/head_checks.h"

namespace lyn {

KeypointDetails::KeypointDetails(Device& device, const KeypointForm& form)
    : device_(device),
      form_(form),
      slot_points_(static_cast<std::size_t>(boxes_with_keypoints(form.count) * form.count)) {}

Status KeypointDetails::lease(int slots) {
  const std::size_t all = static_cast<std::size_t>(slots) * slot_points_;
  LYN_TRY(packed_, device_.pool().lease(all * sizeof(PackedKeypoint)));
  LYN_TRY(staging_, Staging::create(device_, all * sizeof(PackedKeypoint)));
  points_.resize(all);
  return {};
}

Status KeypointDetails::run(Stream& stream, const InferenceSession& session, int batch, const KeptBoxes& kept) {
  const KeypointArgs args{raw_output(session, 0),
                          kept.first,
                          kept.anchors,
                          packed_.address().as<PackedKeypoint>(),
                          boxes_with_keypoints(form_.count),
                          form_.count,
                          form_.values,
                          form_.first,
                          form_.slot_step,
                          form_.anchor_step,
                          form_.value_step};
  return device_.launch(stream, kGatherKeypoints, args,
                        {static_cast<unsigned>(slot_points_), static_cast<unsigned>(batch), 1});
}

std::size_t KeypointDetails::points_of(std::span<const Detection> boxes) const {
  return std::min(slot_points_, boxes.size() * static_cast<std::size_t>(form_.count));
}

Result<bool> KeypointDetails::copy(Stream& stream, int index, std::span<const Detection> boxes) {
  const std::size_t bytes = points_of(boxes) * sizeof(PackedKeypoint);
  if (bytes == 0) return false;
  const std::size_t at = static_cast<std::size_t>(index) * slot_points_ * sizeof(PackedKeypoint);
  LYN_CHECK(device_.copy_out(stream, Reason::keypoints, staging_.bytes().subspan(at, bytes),
                             packed_.address().offset_bytes(static_cast<std::ptrdiff_t>(at))));
  return true;
}

void KeypointDetails::finish(int index, Findings& found) {
  const std::size_t first = static_cast<std::size_t>(index) * slot_points_;
  const std::size_t count = points_of(found.boxes);
  const auto* packed = reinterpret_cast<const PackedKeypoint*>(staging_.bytes().data()) + first;
  for (std::size_t i = 0; i < count; ++i) points_[first + i] = unpack(packed[i]);
  found.keypoints_each = form_.count;
  found.keypoints = {points_.data() + first, count};
}

}  // namespace lyn
