#include "stages/infer/batch_ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "stages/infer/graph.h"
#include "stages/infer/infer_bench.h"

namespace lyn {
namespace {

using testing::ElementsAre;

constexpr std::size_t kSlot = 3 * 32 * 32;
constexpr std::size_t kOutput = 21 * 7;

TEST(BatchLadder, SizesDoubleFromFourAndEndWithTheLargest) {
  EXPECT_THAT(ladder_sizes(1), ElementsAre(1));
  EXPECT_THAT(ladder_sizes(3), ElementsAre(1, 3));
  EXPECT_THAT(ladder_sizes(4), ElementsAre(1, 4));
  EXPECT_THAT(ladder_sizes(24), ElementsAre(1, 4, 8, 16, 24));
}

/// Counts the batches that a real session ran.
class Counted final : public InferenceSession {
 public:
  Counted(std::unique_ptr<InferenceSession> session, std::vector<int>& ran) : session_(std::move(session)), ran_(ran) {}
  const TensorShape& input() const override { return session_->input(); }
  const std::vector<TensorShape>& outputs() const override { return session_->outputs(); }
  int max_batch() const override { return session_->max_batch(); }
  Status prepare(Stream& stream) override {
    ++prepared;
    return session_->prepare(stream);
  }
  Status run(Stream& stream, ByteAddress input, int batch) override {
    ran_.push_back(max_batch());
    return session_->run(stream, input, batch);
  }
  ByteAddress output_address(std::size_t index) const override { return session_->output_address(index); }

  int prepared = 0;

 private:
  std::unique_ptr<InferenceSession> session_;
  std::vector<int>& ran_;
};

class Ladder : public test::InferBench {
 protected:
  /// A ladder of cpu sessions on the tiny graph, whose outputs are the first values of their slots.
  std::unique_ptr<BatchLadder> open(int largest) {
    const ModelCard card = tiny_card(test::TinyGraph{});
    std::vector<std::unique_ptr<InferenceSession>> made;
    for (const int size : ladder_sizes(largest)) {
      auto session = make_cpu_session(*device, card, {1, size});
      EXPECT_TRUE(session.ok()) << session.error().text();
      made.push_back(std::make_unique<Counted>(std::move(*session), ran));
      rungs.push_back(static_cast<Counted*>(made.back().get()));
    }
    return std::make_unique<BatchLadder>(std::move(made));
  }

  std::vector<int> ran;
  std::vector<Counted*> rungs;
};

TEST_F(Ladder, ABatchRunsOnTheSmallestThatTakesIt) {
  const auto ladder = open(12);
  EXPECT_EQ(ladder->max_batch(), 12);
  const Buffer input = upload(std::vector<float>(12 * kSlot));
  for (const int batch : {1, 2, 4, 5, 12}) ASSERT_TRUE(ladder->run(*stream, input.address(), batch).ok());
  EXPECT_THAT(ran, ElementsAre(1, 4, 4, 8, 12));
}

TEST_F(Ladder, ResultsAreThoseOfTheLastRun) {
  const auto ladder = open(8);
  for (const std::size_t batch : {7U, 1U, 3U}) {
    std::vector<float> values(8 * kSlot);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(batch * 10 + i / kSlot);
    const Buffer input = upload(values);
    ASSERT_TRUE(ladder->run(*stream, input.address(), static_cast<int>(batch)).ok());
    const std::vector<float> found = download(ladder->output_address(0), batch * kOutput);
    for (std::size_t slot = 0; slot < batch; ++slot) {
      EXPECT_EQ(found[slot * kOutput], static_cast<float>(batch * 10 + slot)) << "slot " << slot << " of " << batch;
    }
  }
}

TEST_F(Ladder, PreparesAllAndRefusesWhatNoneTakes) {
  const auto ladder = open(4);
  ASSERT_TRUE(ladder->prepare(*stream).ok());
  for (const Counted* rung : rungs) EXPECT_EQ(rung->prepared, 1);
  const Buffer input = upload(std::vector<float>(5 * kSlot));
  const auto refused = ladder->run(*stream, input.address(), 5);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().text().find("5"), std::string::npos);
}

TEST_F(Ladder, AGraphSaysWhatItCallsItsBatch) {
  const ModelCard card = tiny_card();
  const Ort::Env env(ORT_LOGGING_LEVEL_ERROR, "test");
  const Ort::Session session(env, card.onnx.c_str(), Ort::SessionOptions());
  const auto graph = check_graph(session, card);
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  EXPECT_THAT(graph->batch_names, ElementsAre("openimages"));
}

}  // namespace
}  // namespace lyn
