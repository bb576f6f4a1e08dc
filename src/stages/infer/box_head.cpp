#include "stages/infer/box_head.h"

namespace lyn {

Status BoxHead::lease(int slots, int anchors) {
  anchors_ = anchors;
  const auto slot_count = static_cast<std::size_t>(slots);
  const std::size_t all = slot_count * static_cast<std::size_t>(anchors);
  LYN_TRY(keys_, device_.pool().lease(all * sizeof(std::uint64_t)));
  LYN_TRY(boxes_, device_.pool().lease(all * sizeof(Box)));
  LYN_TRY(class_ids_, device_.pool().lease(all * sizeof(std::int32_t)));
  LYN_TRY(results_, device_.pool().lease(slot_count * sizeof(SlotBoxes)));
  LYN_TRY(more_results_, device_.pool().lease(slot_count * sizeof(MoreBoxes)));
  LYN_TRY(kept_anchors_, device_.pool().lease(slot_count * kMaxBoxes * sizeof(std::int32_t)));
  LYN_TRY(staging_, Staging::create(device_, slot_count * sizeof(SlotBoxes)));
  LYN_TRY(more_staging_, Staging::create(device_, slot_count * sizeof(MoreBoxes)));
  unpacked_.resize(slot_count * kMaxBoxes);
  found_.resize(slot_count);
  return {};
}

Candidates BoxHead::candidates() const {
  return {keys_.address().as<std::uint64_t>(), boxes_.address().as<Box>(), class_ids_.address().as<std::int32_t>(),
          anchors_};
}

KeptBoxes BoxHead::kept() const {
  return {results_.address().as<const SlotBoxes>(), more_results_.address().as<const MoreBoxes>(),
          kept_anchors_.address().as<const std::int32_t>()};
}

Status BoxHead::run(Stream& stream, const InferenceSession& session, int batch) {
  LYN_CHECK(decode(stream, session, batch, candidates()));
  NmsArgs nms{candidates(), results_.address().as<SlotBoxes>(), more_results_.address().as<MoreBoxes>(), nms_};
  if (details_) nms.anchors = kept_anchors_.address().as<std::int32_t>();
  LYN_CHECK(device_.launch(stream, kNms, nms, nms_grid(batch)));
  if (details_) LYN_CHECK(details_->run(stream, session, batch, kept()));
  const std::size_t bytes = static_cast<std::size_t>(batch) * sizeof(SlotBoxes);
  return device_.copy_out(stream, Reason::boxes, staging_.bytes().first(bytes), results_.address());
}

Status BoxHead::finish(Stream& stream, int batch) {
  LYN_CHECK(stream.synchronize());
  LYN_TRY(const bool more, copy_more(stream, batch));
  if (more) LYN_CHECK(stream.synchronize());
  for (int i = 0; i < batch; ++i) unpack(i);
  return details_ ? bring_details(stream, batch) : Status();
}

Status BoxHead::bring_details(Stream& stream, int batch) {
  bool any = false;
  for (int i = 0; i < batch; ++i) {
    LYN_TRY(const bool copied, details_->copy(stream, i, boxes(i)));
    any = any || copied;
  }
  if (any) LYN_CHECK(stream.synchronize());
  for (int i = 0; i < batch; ++i) details_->finish(i, found_[static_cast<std::size_t>(i)]);
  return {};
}

/// Whether there was anything to copy.
Result<bool> BoxHead::copy_more(Stream& stream, int batch) {
  bool any = false;
  for (int i = 0; i < batch; ++i) {
    const int count = first(i).count - kFirstBoxes;
    if (count <= 0) continue;
    any = true;
    const std::size_t at = static_cast<std::size_t>(i) * sizeof(MoreBoxes);
    const auto to = more_staging_.bytes().subspan(at, static_cast<std::size_t>(count) * sizeof(PackedBox));
    LYN_CHECK(device_.copy_out(stream, Reason::boxes, to,
                               more_results_.address().offset_bytes(static_cast<std::ptrdiff_t>(at))));
  }
  return any;
}

const SlotBoxes& BoxHead::first(int index) const {
  const std::byte* block = staging_.bytes().data() + static_cast<std::size_t>(index) * sizeof(SlotBoxes);
  return *reinterpret_cast<const SlotBoxes*>(block);
}

void BoxHead::unpack(int index) {
  const std::byte* block = more_staging_.bytes().data() + static_cast<std::size_t>(index) * sizeof(MoreBoxes);
  Detection* const to = unpacked_.data() + static_cast<std::size_t>(index) * kMaxBoxes;
  const int count = unpack_boxes(first(index), *reinterpret_cast<const MoreBoxes*>(block), to);
  found_[static_cast<std::size_t>(index)] = {.boxes = {to, static_cast<std::size_t>(count)}};
}

}  // namespace lyn
