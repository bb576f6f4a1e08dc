#include "engine/models/batcher.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "device/cpu/cpu_device.h"

namespace lyn {
namespace {

constexpr std::size_t kSlotBytes = 64;

/// Remembers what it ran; can be told to fail.
class FakeSession final : public InferenceSession {
 public:
  FakeSession(int max_batch, std::vector<int>& runs, bool fails) : max_batch_(max_batch), runs_(runs), fails_(fails) {}
  const TensorShape& input() const override { return shape_; }
  const std::vector<TensorShape>& outputs() const override { return outputs_; }
  int max_batch() const override { return max_batch_; }
  Status prepare(Stream&) override { return {}; }
  Status run(Stream&, ByteAddress, int batch) override {
    if (fails_) return Error{ErrorKind::device, "the model broke", "mend it"};
    runs_.push_back(batch);
    return {};
  }
  ByteAddress output_address(std::size_t) const override { return {}; }

 private:
  int max_batch_;
  std::vector<int>& runs_;
  bool fails_;
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
            bool fails = false) {
    auto batcher =
        Batcher::create(*device_, std::make_unique<FakeSession>(model_max, runs_, fails), std::make_unique<FakeHead>(),
                        kSlotBytes, {size, deadline, {}}, system_clock(), stages_);
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
  std::vector<int> runs_;
  std::unique_ptr<Batcher> batcher_;
};

TEST_F(BatcherTest, RunsABatchWhenItIsFullAndAnswersEachSlot) {
  make(3);
  FakeClient client;
  SlotGroup& files = group(false);
  for (std::size_t ticket = 10; ticket < 13; ++ticket) submit(files, client, ticket);
  const std::vector<FakeClient::Answer> expected{{10, 1}, {11, 2}, {12, 3}};
  EXPECT_EQ(client.wait_for_answers(3), expected);
  EXPECT_EQ(runs_, std::vector<int>{3});
}

TEST_F(BatcherTest, KeepsAPartBatchOfAFileUntilItIsFlushed) {
  make(4);
  FakeClient client;
  SlotGroup& files = group(false);
  submit(files, client, 1);
  submit(files, client, 2);
  batcher_->flush(files);
  EXPECT_EQ(client.wait_for_answers(2).size(), 2U);
  EXPECT_EQ(runs_, std::vector<int>{2});
}

TEST_F(BatcherTest, ClosesALiveBatchByItsDeadline) {
  make(4, 16, std::chrono::milliseconds(1));
  FakeClient client;
  submit(group(true), client, 5);
  EXPECT_EQ(client.wait_for_answers(1).size(), 1U);
}

TEST_F(BatcherTest, PutsLiveCamerasIntoOneBatch) {
  make(2);
  FakeClient gate;
  FakeClient yard;
  submit(group(true), gate, 1);
  submit(group(true), yard, 2);
  EXPECT_EQ(gate.wait_for_answers(1).size(), 1U);
  EXPECT_EQ(yard.wait_for_answers(1).size(), 1U);
  EXPECT_EQ(runs_, std::vector<int>{2});
}

TEST_F(BatcherTest, ClampsTheBatchToWhatTheModelRuns) {
  make(8, 1);
  EXPECT_EQ(batcher_->batch_size(), 1);
}

TEST_F(BatcherTest, SaysWhenASlotIsFreeAgain) {
  make(1);
  FakeClient client;
  SlotGroup& files = group(false);
  std::vector<SlotLease> held;
  while (const auto slot = batcher_->acquire(files, client)) held.push_back(*slot);
  EXPECT_EQ(held.size(), static_cast<std::size_t>(batcher_->slots_per_group()));
  batcher_->submit(held.front(), nullptr, client, 0);
  EXPECT_EQ(client.wait_for_slot(), 1);
  EXPECT_TRUE(batcher_->acquire(files, client));
}

TEST_F(BatcherTest, TellsEveryClientWhenTheModelFails) {
  make(1, 1, std::chrono::seconds(60), true);
  FakeClient client;
  submit(group(false), client, 0);
  EXPECT_EQ(client.wait_for_failures(1), std::vector<std::string>{"the model broke"});
}

TEST_F(BatcherTest, CallsNobodyWhoHasLeft) {
  make(2);
  FakeClient stays;
  {
    FakeClient leaves;
    submit(group(true), leaves, 1);
    batcher_->remove(leaves);
  }
  submit(group(true), stays, 2);
  const std::vector<FakeClient::Answer> expected{{2, 2}};
  EXPECT_EQ(stays.wait_for_answers(1), expected);
}

}  // namespace
}  // namespace lyn
