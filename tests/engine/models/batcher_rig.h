#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "device/cpu/cpu_device.h"
#include "engine/models/batcher.h"

/// What tests of the batcher share: a model, its head and a lane that do what the test says.
namespace lyn {

inline constexpr std::size_t kSlotBytes = 64;

/// Time that a test moves. So far in the future that no real wait for one of its moments ends by itself.
class HeldClock final : public Clock {
 public:
  Monotonic now() const override {
    Monotonic now;
    {
      std::lock_guard lock(mutex_);
      ++looks_;
      now = now_;
    }
    looked_.notify_all();
    return now;
  }
  Wall wall() const override { return {}; }
  void advance(std::chrono::milliseconds by) {
    std::lock_guard lock(mutex_);
    now_ += by;
  }
  /// Does something after which the batcher looks at the clock, and waits until it has.
  template <class Something>
  void until_looked_at(Something something) {
    std::unique_lock lock(mutex_);
    const int before = looks_;
    lock.unlock();
    something();
    lock.lock();
    EXPECT_TRUE(looked_.wait_for(lock, std::chrono::seconds(10), [&] { return looks_ > before; }));
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable looked_;
  mutable int looks_ = 0;
  Monotonic now_ = system_clock().now() + std::chrono::hours(24);
};

/// What the model below does, changed and watched by the test.
struct Model {
  int max_batch = 16;
  bool fails = false;
  std::chrono::milliseconds takes{0};  ///< of the held clock
  bool held = false;                   ///< does not come back until it is let go
  bool running = false;
  std::vector<int> runs;
  std::mutex mutex;
  std::condition_variable changed;

  void hold(bool on) {
    {
      std::lock_guard lock(mutex);
      held = on;
    }
    changed.notify_all();
  }
  bool wait_until_running() {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(10), [this] { return running; });
  }
};

/// Remembers what it ran; can be told to fail, to take its time, or to hang.
class FakeSession final : public InferenceSession {
 public:
  FakeSession(Model& model, HeldClock& clock) : model_(model), clock_(clock) {}
  const TensorShape& input() const override { return shape_; }
  const std::vector<TensorShape>& outputs() const override { return outputs_; }
  int max_batch() const override { return model_.max_batch; }
  Status prepare(Stream&) override { return {}; }
  Status run(Stream&, ByteAddress, int batch) override {
    if (model_.fails) return Error{ErrorKind::device, "the model broke", "mend it"};
    std::unique_lock lock(model_.mutex);
    model_.runs.push_back(batch);
    model_.running = true;
    model_.changed.notify_all();
    model_.changed.wait(lock, [this] { return !model_.held; });
    model_.running = false;
    clock_.advance(model_.takes);
    return {};
  }
  ByteAddress output_address(std::size_t) const override { return {}; }

 private:
  Model& model_;
  HeldClock& clock_;
  TensorShape shape_;
  std::vector<TensorShape> outputs_;
};

/// Slot i of a batch has i+1 boxes.
class FakeHead final : public Head {
 public:
  Status run(Stream&, const InferenceSession&, int) override { return {}; }
  Status finish(Stream& stream, int) override { return stream.synchronize(); }
  Findings found(int index) const override { return {.boxes = {boxes_.data(), static_cast<std::size_t>(index) + 1}}; }

 private:
  std::vector<Detection> boxes_ = std::vector<Detection>(16);
};

class FakeClient final : public SlotClient {
 public:
  void on_found(std::size_t ticket, const Findings& found) override {
    note([&] { answers_.emplace_back(ticket, found.boxes.size()); });
  }
  void on_slot_free() override {
    note([&] { ++slot_free_; });
  }
  void on_inference_failed(const Error& error) override {
    note([&] { failures_.push_back(error.what); });
  }
  using Answer = std::pair<std::size_t, std::size_t>;  ///< ticket, boxes
  std::vector<Answer> wait_for_answers(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return answers_.size() >= count; });
    return answers_;
  }
  int wait_for_slot() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return slot_free_ > 0; });
    return slot_free_;
  }
  std::vector<std::string> wait_for_failures(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return failures_.size() >= count; });
    return failures_;
  }

 private:
  template <class Change>
  void note(Change change) {
    {
      std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Answer> answers_;
  std::vector<std::string> failures_;
  int slot_free_ = 0;
};

class BatcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto device = open_cpu_device();
    ASSERT_TRUE(device) << device.error().text();
    device_ = std::move(*device);
  }
  void make(int size, int model_max = 16, std::chrono::milliseconds deadline = std::chrono::seconds(60),
            const Clock& clock = system_clock()) {
    model_.max_batch = model_max;
    auto batcher =
        Batcher::create(*device_, std::make_unique<FakeSession>(model_, clock_), std::make_unique<FakeHead>(),
                        kSlotBytes, {size, deadline, {}, rehearse_}, clock, stages_, std::move(known_));
    ASSERT_TRUE(batcher) << batcher.error().text();
    batcher_ = std::move(*batcher);
  }
  SlotGroup& group(bool live) {
    auto opened = batcher_->open_group(live);
    EXPECT_TRUE(opened);
    return **opened;
  }
  void submit(SlotGroup& group, FakeClient& client, std::size_t ticket) {
    const auto slot = batcher_->acquire(group, client);
    ASSERT_TRUE(slot);
    batcher_->submit(*slot, nullptr, client, ticket);
  }

  std::unique_ptr<Device> device_;
  StageStats stats_;
  StageSet stages_{stats_};
  bool rehearse_ = false;
  HeldClock clock_;
  Model model_;
  std::vector<int>& runs_ = model_.runs;
  std::unique_ptr<KnownAnswer> known_;  ///< for make()
  std::unique_ptr<Batcher> batcher_;
};

}  // namespace lyn
