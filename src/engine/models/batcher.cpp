#include "engine/models/batcher.h"

#include <algorithm>
#include <utility>

#include "core/this_thread.h"
#include "device/scope.h"
#include "engine/models/slot_group.h"

namespace lyn {

namespace {

/// Two batches a group: one fills while the other runs. A third keeps a lane busy while the batcher
/// hands out results.
constexpr int kBatchesPerGroup = 3;

}  // namespace

Result<std::unique_ptr<Batcher>> Batcher::create(Device& device, std::unique_ptr<InferenceSession> session,
                                                 std::unique_ptr<Head> head, std::size_t slot_bytes,
                                                 const BatcherOptions& options, const Clock& clock,
                                                 const StageSet& stages, std::unique_ptr<KnownAnswer> known) {
  std::unique_ptr<Batcher> batcher(
      new Batcher(device, std::move(session), std::move(head), slot_bytes, options, clock, stages, std::move(known)));
  LYN_TRY(batcher->stream_, device.open_stream());
  batcher->thread_ = std::thread([raw = batcher.get()] { raw->run(); });
  std::unique_lock lock(batcher->mutex_);
  batcher->delivered_.wait(lock, [&] { return batcher->prepared_.has_value(); });
  if (!*batcher->prepared_) return batcher->prepared_->error();
  return batcher;
}

Batcher::Batcher(Device& device, std::unique_ptr<InferenceSession> session, std::unique_ptr<Head> head,
                 std::size_t slot_bytes, const BatcherOptions& options, const Clock& clock, const StageSet& stages,
                 std::unique_ptr<KnownAnswer> known)
    : device_(device),
      session_(std::move(session)),
      head_(std::move(head)),
      slot_bytes_(slot_bytes),
      size_(std::min(options.size, session_->max_batch())),
      deadline_(options.deadline),
      tap_(options.tap),
      rehearse_(options.rehearse),
      clock_(clock),
      stages_(stages),
      known_(std::move(known)) {}

Batcher::~Batcher() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) thread_.join();
}

int Batcher::slots_per_group() const {
  return size_ * kBatchesPerGroup;
}

Result<SlotGroup*> Batcher::open_group(bool live) {
  std::unique_lock lock(mutex_);
  if (live && live_group_ != nullptr) return live_group_;
  auto group = std::make_unique<SlotGroup>();
  group->live = live;
  for (int i = 0; i < kBatchesPerGroup; ++i) {
    auto batch = std::make_unique<Batch>();
    LYN_TRY(batch->memory, device_.pool().lease(slot_bytes_ * static_cast<std::size_t>(size_)));
    batch->group = group.get();
    batch->slots.resize(static_cast<std::size_t>(size_));
    group->free.push_back(batch.get());
    group->batches.push_back(std::move(batch));
  }
  groups_.push_back(std::move(group));
  if (live) live_group_ = groups_.back().get();
  return groups_.back().get();
}

/// Answers create() from the batcher's thread, since ONNX Runtime keeps captured graphs by thread.
Status Batcher::prepare() {
  Status status = session_->prepare(*stream_);
  if (status && rehearse_) status = rehearse();
  if (status && known_) status = known_->begin(*stream_, *session_);
  {
    std::lock_guard lock(mutex_);
    prepared_ = status;
  }
  delivered_.notify_all();
  return status;
}

/// The first run is slower than those that follow.
Status Batcher::rehearse() {
  LYN_TRY(const Buffer memory, device_.pool().lease(slot_bytes_ * static_cast<std::size_t>(size_)));
  for (const bool counts : {false, true}) {
    const auto begin = clock_.now();
    LYN_CHECK(session_->run(*stream_, memory.address(), size_));
    LYN_CHECK(head_->run(*stream_, *session_, size_));
    LYN_CHECK(head_->finish(*stream_, size_));
    std::lock_guard lock(mutex_);
    if (counts) measure(clock_.now() - begin, size_);
  }
  return {};
}

std::optional<SlotLease> Batcher::acquire(SlotGroup& group, SlotClient& client) {
  std::lock_guard lock(mutex_);
  if (!group.shares.take(&client, client.weight(), group.free_slots(size_))) return std::nullopt;
  if (group.forming == nullptr) {
    group.forming = group.free.back();
    group.free.pop_back();
    group.forming->opened = clock_.now();
  }
  Batch& batch = *group.forming;
  const int index = batch.acquired++;
  const SlotLease slot{&batch, index, batch.slot(slot_bytes_, index)};
  if (batch.acquired == size_) close(group);
  return slot;
}

void Batcher::submit(const SlotLease& slot, EventRef ready, SlotClient& client, std::size_t ticket) {
  {
    std::lock_guard lock(mutex_);
    Batch& batch = *slot.batch;
    batch.slots[static_cast<std::size_t>(slot.index)] = {&client, ticket, std::move(ready)};
    ++batch.submitted;
    if (batch.closed && batch.submitted == batch.acquired) full_.push_back(&batch);
  }
  work_.notify_one();
}

void Batcher::flush(SlotGroup& group) {
  {
    std::lock_guard lock(mutex_);
    if (group.forming != nullptr && group.forming->acquired > 0) close(group);
  }
  work_.notify_one();
}

void Batcher::forget(SlotClient& client, std::size_t ticket) {
  std::unique_lock lock(mutex_);
  delivered_.wait(lock, [this] { return !delivering_; });
  for (auto& group : groups_) {
    for (auto& batch : group->batches) {
      for (Submitted& slot : batch->slots) {
        if (slot.client == &client && slot.ticket == ticket) slot = {nullptr, 0, std::move(slot.ready), true};
      }
    }
  }
}

ServiceTime Batcher::service_time() const {
  std::lock_guard lock(mutex_);
  return service_time_;
}

void Batcher::remove(SlotClient& client) {
  std::unique_lock lock(mutex_);
  delivered_.wait(lock, [this] { return !delivering_; });
  for (auto& group : groups_) {
    group->shares.remove(&client);
    tell_who_waits(*group);
    for (auto& batch : group->batches) {
      for (Submitted& slot : batch->slots) {
        if (slot.client == &client) slot.client = nullptr;
      }
    }
  }
}

/// With the lock held: no more slots of the forming batch are given out.
void Batcher::close(SlotGroup& group) {
  Batch* batch = std::exchange(group.forming, nullptr);
  batch->closed = true;
  if (batch->submitted == batch->acquired) full_.push_back(batch);
}

/// With the lock held: closes forming batches of live groups whose oldest frame cannot wait longer;
/// returns when the next one is due.
std::optional<Clock::Monotonic> Batcher::close_overdue() {
  if (live_group_ == nullptr || live_group_->forming == nullptr) return std::nullopt;
  const auto patience =
      std::max(Clock::Monotonic::duration::zero(), Clock::Monotonic::duration(deadline_ - service_time_.batch));
  const auto due = live_group_->forming->opened + patience;
  if (clock_.now() < due) return due;
  close(*live_group_);
  return std::nullopt;
}

Batch* Batcher::next_batch(std::unique_lock<std::mutex>& lock) {
  for (;;) {
    auto due = close_overdue();
    if (must_ask_alone()) {
      lock.unlock();
      known_->ask_alone(*stream_, *session_);
      lock.lock();
      continue;
    }
    if (!full_.empty()) break;
    if (stopped_) return nullptr;
    if (known_) due = due ? std::min(*due, known_->alone_at()) : known_->alone_at();
    if (due) {
      work_.wait_until(lock, *due);
    } else {
      work_.wait(lock);
    }
  }
  Batch* batch = full_.front();
  full_.pop_front();
  return batch;
}

void Batcher::run() {
  name_this_thread("batch");
  if (!prepare()) return;
  std::unique_lock lock(mutex_);
  while (Batch* batch = next_batch(lock)) {
    if (!batch->wanted()) {
      recycle(*batch);
      continue;
    }
    const bool asks = asks_with(*batch);
    lock.unlock();
    const auto begin = clock_.now();
    const Status status = infer(*batch, asks);
    const auto spent = clock_.now() - begin;
    lock.lock();
    if (!asks) measure(spent, batch->submitted);
    delivering_ = true;
    lock.unlock();
    deliver(*batch, status);
    lock.lock();
    delivering_ = false;
    recycle(*batch);
    delivered_.notify_all();
  }
}

/// With the lock held.
void Batcher::measure(Clock::Monotonic::duration spent, int frames) {
  const bool first = service_time_.frames == 0;
  const auto mean = [](auto before, auto now, bool none) { return none ? now : (before * 7 + now) / 8; };
  service_time_.batch = mean(service_time_.batch, std::chrono::nanoseconds(spent), first);
  service_time_.frames = mean(service_time_.frames, static_cast<double>(frames), first);
  if (2 * frames < size_) return;
  const std::chrono::nanoseconds each = spent / frames;
  service_time_.frame = mean(service_time_.frame, each, service_time_.frame.count() == 0);
}

Status Batcher::infer(Batch& batch, bool asks) {
  const StageScope scope("batcher", "infer");
  StageTimer timer(stages_.infer);
  if (tap_) tap(batch);
  for (int i = 0; i < batch.submitted; ++i) {
    LYN_CHECK(stream_->wait(batch.slots[static_cast<std::size_t>(i)].ready));
  }
  return run_model(batch, asks);
}

void Batcher::tap(const Batch& batch) const {
  Image slots;
  slots.format.chroma = Chroma::grey;
  slots.width = static_cast<int>(slot_bytes_);
  slots.height = batch.submitted;
  slots.planes[0] = {batch.memory.address(), static_cast<std::int64_t>(slot_bytes_), slots.width, slots.height};
  tap_("infer", slots);
}

/// Without the lock; `delivering_` keeps clients from leaving meanwhile.
void Batcher::deliver(Batch& batch, const Status& status) {
  for (int i = 0; i < batch.submitted; ++i) {
    const Submitted& slot = batch.slots[static_cast<std::size_t>(i)];
    if (slot.client == nullptr) continue;
    if (status) {
      slot.client->on_found(slot.ticket, head_->found(i));
    } else {
      slot.client->on_inference_failed(status.error());
    }
  }
}

/// With the lock held: the batch's memory can be filled again.
void Batcher::recycle(Batch& batch) {
  for (Submitted& slot : batch.slots) slot = {};
  batch.acquired = batch.submitted = 0;
  batch.closed = false;
  batch.group->free.push_back(&batch);
  tell_who_waits(*batch.group);
}

/// With the lock held.
void Batcher::tell_who_waits(SlotGroup& group) {
  group.shares.tell_due(group.free_slots(size_), [](SlotClient& client) { client.on_slot_free(); });
}

}  // namespace lyn
