#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "stages/infer/head.h"
#include "stages/infer/infer_bench.h"

namespace lyn::test {

/// A head behind a graph that answers with what the test writes into its input.
class HeadBench : public InferBench {
 protected:
  /// A card for a sliced graph of 64x64 pixels, so that 12,288 values a slot can be said.
  ModelCard sliced_card(SlicedGraph graph, const std::string& name, std::vector<std::string> labels) {
    graph.width = graph.height = 64;
    ModelCard card;
    card.path = folder.path("sliced.yaml");
    card.onnx = folder.write("sliced.onnx", sliced_onnx(graph));
    card.head = name;
    card.labels = std::move(labels);
    card.input_width = card.input_height = 64;
    return card;
  }
  void open(const ModelCard& card, const HeadOptions& options = {}, int max_batch = 2) {
    auto made = make_cpu_session(*device, card, {1, max_batch});
    ASSERT_TRUE(made.ok()) << made.error().text();
    session = std::move(*made);
    auto made_head = make_head(*device, card, *session, options);
    ASSERT_TRUE(made_head.ok()) << made_head.error().text();
    head = std::move(*made_head);
  }
  /// Each slot's values are what the outputs hold, one after the other; zeros behind.
  void run(const std::vector<std::vector<float>>& slots) {
    constexpr std::size_t kSlot = 3 * 64 * 64;
    std::vector<float> values(slots.size() * kSlot, 0.0F);
    for (std::size_t i = 0; i < slots.size(); ++i) {
      ASSERT_LE(slots[i].size(), kSlot);
      std::ranges::copy(slots[i], values.begin() + static_cast<std::ptrdiff_t>(i * kSlot));
    }
    run_on(values, static_cast<int>(slots.size()));
  }
  /// The whole batch's input, as it is.
  void run_on(const std::vector<float>& values, int batch) {
    input = upload(values);
    ASSERT_TRUE(session->run(*stream, input.address(), batch).ok());
    ASSERT_TRUE(head->run(*stream, *session, batch).ok());
    ASSERT_TRUE(head->finish(*stream, batch).ok());
  }
  /// Why the card's head cannot be made.
  std::string error(const ModelCard& card) {
    auto made = make_cpu_session(*device, card, {1, 1});
    EXPECT_TRUE(made.ok()) << made.error().text();
    const auto made_head = make_head(*device, card, **made, {});
    return made_head ? "no error" : made_head.error().text();
  }
  static void expect_box(const Detection& found, Box box, int class_id, double score) {
    EXPECT_NEAR(found.box.x1, box.x1, 1e-3);
    EXPECT_NEAR(found.box.y1, box.y1, 1e-3);
    EXPECT_NEAR(found.box.x2, box.x2, 1e-3);
    EXPECT_NEAR(found.box.y2, box.y2, 1e-3);
    EXPECT_EQ(found.class_id, class_id);
    EXPECT_NEAR(found.score, score, 2e-6);
  }

  Buffer input;
  std::unique_ptr<InferenceSession> session;
  std::unique_ptr<Head> head;
};

}  // namespace lyn::test
