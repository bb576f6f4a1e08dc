#include "stages/infer/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnxruntime_cxx_api.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "kernels/half.h"
#include "stages/infer/infer_bench.h"
#include "stages/infer/model_file.h"

namespace lyn {
namespace {

using test::tiny_onnx;
using test::TinyGraph;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kTinySlot = 3 * 32 * 32;
constexpr std::size_t kTinyOutput = 21 * 7;

class Session : public test::InferBench {
 protected:
  Result<std::unique_ptr<InferenceSession>> open(const ModelCard& card, int max_batch = 8) {
    return make_cpu_session(*device, card, {1, max_batch});
  }
  std::string error(const ModelCard& card) {
    const auto session = open(card);
    if (session) return "no error";
    EXPECT_EQ(session.error().kind, ErrorKind::device);
    EXPECT_EQ(session.error().what.find('\n'), std::string::npos);
    return session.error().text();
  }
  std::string error(const TinyGraph& graph) { return error(tiny_card(graph)); }
};

ModelCard nano_card() {
  auto card = load_model_card((test::models_folder() / "yolox_nano.yaml").string());
  EXPECT_TRUE(card.ok()) << card.error().text();
  return *card;
}

/// The same model in memory of the test's own, without any of our session's settings.
std::vector<float> plain_run(const std::string& file, std::vector<float>& input) {
  Ort::Env env(ORT_LOGGING_LEVEL_ERROR, "test");
  Ort::Session session(env, file.c_str(), Ort::SessionOptions());
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const std::int64_t dims[] = {1, 3, 416, 416};
  const auto tensor = Ort::Value::CreateTensor<float>(memory, input.data(), input.size(), dims, 4);
  const char* inputs[] = {"images"};
  const char* outputs[] = {"output"};
  const auto values = session.Run(Ort::RunOptions(), inputs, &tensor, 1, outputs, 1);
  const float* out = values[0].GetTensorData<float>();
  return {out, out + values[0].GetTensorTypeAndShapeInfo().GetElementCount()};
}

TEST_F(Session, RunsTheShippedModelOnDeviceMemory) {
  const auto session = open(nano_card());
  ASSERT_TRUE(session.ok()) << session.error().text();
  EXPECT_EQ((*session)->max_batch(), 1);
  EXPECT_THAT((*session)->input().dims, ElementsAre(1, 3, 416, 416));
  ASSERT_EQ((*session)->outputs().size(), 1U);
  EXPECT_THAT((*session)->outputs()[0].dims, ElementsAre(1, 3549, 85));
  std::vector<float> pixels(3 * 416 * 416);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>((i * 7 + i / 416) % 256);
  const Buffer slot = upload(pixels);
  ASSERT_TRUE((*session)->run(*stream, slot.address(), 1).ok());
  const auto raw = download((*session)->output_address(0), 3549 * 85);
  const auto expected = plain_run(nano_card().onnx, pixels);
  ASSERT_EQ(raw.size(), expected.size());
  for (std::size_t i = 0; i < raw.size(); ++i) ASSERT_NEAR(raw[i], expected[i], 1e-4) << "at " << i;
  for (std::size_t i = 4; i < raw.size(); i += 85) ASSERT_TRUE(raw[i] >= 0 && raw[i] <= 1) << "objectness at " << i;
}

TEST_F(Session, RunsEachBatchSizeOverSlotsInTheirOrder) {
  const auto session = open(tiny_card(), 4);
  ASSERT_TRUE(session.ok()) << session.error().text();
  EXPECT_EQ((*session)->max_batch(), 4);
  EXPECT_THAT((*session)->input().dims, ElementsAre(-1, 3, 32, 32));
  EXPECT_THAT((*session)->outputs()[0].dims, ElementsAre(-1, 21, 7));
  std::vector<float> slots(4 * kTinySlot);
  for (std::size_t i = 0; i < slots.size(); ++i) slots[i] = static_cast<float>(i);
  const Buffer input = upload(slots);
  for (const int batch : {4, 1, 3, 4}) {
    ASSERT_TRUE((*session)->run(*stream, input.address(), batch).ok());
    const auto out = download((*session)->output_address(0), static_cast<std::size_t>(batch) * kTinyOutput);
    for (std::size_t i = 0; i < out.size(); ++i) {
      ASSERT_EQ(out[i], static_cast<float>(i / kTinyOutput * kTinySlot + i % kTinyOutput)) << "batch " << batch;
    }
  }
}

TEST_F(Session, ReadsTheSlotsItIsGivenEachTime) {
  const auto session = open(tiny_card(), 1);
  ASSERT_TRUE(session.ok()) << session.error().text();
  const Buffer first = upload(std::vector<float>(kTinySlot, 1.0F));
  const Buffer second = upload(std::vector<float>(kTinySlot, 2.0F));
  for (const float expected : {1.0F, 2.0F, 1.0F}) {
    ASSERT_TRUE((*session)->run(*stream, expected == 1.0F ? first.address() : second.address(), 1).ok());
    EXPECT_EQ(download((*session)->output_address(0), 1)[0], expected);
  }
}

TEST_F(Session, LeasesNothingMoreOnceItIsMade) {
  const auto session = open(tiny_card(), 2);
  ASSERT_TRUE(session.ok()) << session.error().text();
  const Buffer input = upload(std::vector<float>(2 * kTinySlot, 1.0F));
  const auto leases = device->pool().stats().leases;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE((*session)->run(*stream, input.address(), 1 + i % 2).ok());
  EXPECT_EQ(device->pool().stats().leases, leases);
}

TEST_F(Session, LearnsSizesThatTheGraphDoesNotDeclare) {
  const auto session = open(tiny_card({.batch = 1, .declare_output_shape = false}));
  ASSERT_TRUE(session.ok()) << session.error().text();
  EXPECT_THAT((*session)->outputs()[0].dims, ElementsAre(1, 21, 7));
}

TEST_F(Session, ReadsExternalDataBesideTheGraph) {
  const std::vector<float> bias = {10, 20, 30, 40, 50, 60, 70};
  std::string bytes(bias.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), bias.data(), bytes.size());
  folder.write("bias.bin", bytes);
  const auto session = open(tiny_card({.bias_file = "bias.bin"}), 1);
  ASSERT_TRUE(session.ok()) << session.error().text();
  const Buffer input = upload(std::vector<float>(kTinySlot, 1.0F));
  ASSERT_TRUE((*session)->run(*stream, input.address(), 1).ok());
  EXPECT_THAT(download((*session)->output_address(0), 7), ElementsAre(11, 21, 31, 41, 51, 61, 71));
}

TEST_F(Session, TakesHalfPrecisionAndBytesAsTheGraphHasThem) {
  for (const auto& [onnx, type] : {std::pair{10, ElementType::float16}, std::pair{2, ElementType::uint8}}) {
    ModelCard card = tiny_card();
    card.onnx = folder.write("typed.onnx", test::sliced_onnx({.input_type = onnx, .outputs = {{"out", {1, 4}}}}));
    const auto session = open(card, 2);
    ASSERT_TRUE(session.ok()) << session.error().text();
    EXPECT_EQ((*session)->input().type, type);
    Buffer input = std::move(*device->pool().lease(2 * kTinySlot * element_bytes(type)));
    std::vector<std::byte> bytes(input.size());
    for (std::size_t slot = 0; slot < 2; ++slot) {
      for (std::size_t i = 0; i < 4; ++i) {
        const std::size_t at = slot * kTinySlot + i;
        const auto value = static_cast<unsigned>(10 * slot + i);
        if (type == ElementType::uint8) bytes[at] = static_cast<std::byte>(value);
        const std::uint16_t half = to_half(static_cast<float>(value));
        if (type == ElementType::float16) std::memcpy(&bytes[2 * at], &half, 2);
      }
    }
    ASSERT_TRUE(device->copy_in(*stream, Reason::tables, input.address(), bytes).ok());
    ASSERT_TRUE((*session)->run(*stream, input.address(), 2).ok());
    EXPECT_THAT(download((*session)->output_address(0), 8), ElementsAre(0, 1, 2, 3, 10, 11, 12, 13));
  }
}

TEST_F(Session, RefusesToNormaliseBytes) {
  ModelCard card = tiny_card();
  card.onnx = folder.write("bytes.onnx", test::sliced_onnx({.input_type = 2, .outputs = {{"out", {1, 4}}}}));
  card.scale = 1.0F / 255;
  EXPECT_THAT(error(card), HasSubstr("its input is \"images\" [N,3,32,32] of uint8, which takes pixels as they are"));
}

TEST_F(Session, RefusesABatchBeyondItsLargest) {
  const auto session = open(tiny_card(), 2);
  ASSERT_TRUE(session.ok()) << session.error().text();
  const Buffer input = upload(std::vector<float>(3 * kTinySlot, 1.0F));
  EXPECT_FALSE((*session)->run(*stream, input.address(), 3).ok());
  EXPECT_FALSE((*session)->run(*stream, input.address(), 0).ok());
}

TEST_F(Session, NamesAFileThatIsMissingOrADirectory) {
  ModelCard card = tiny_card();
  card.onnx = folder.path("none.onnx");
  EXPECT_THAT(error(card), HasSubstr("none.onnx: cannot be read: No such file or directory"));
  card.onnx = folder.path("");
  EXPECT_THAT(error(card), HasSubstr("it is a directory"));
}

TEST_F(Session, NamesADamagedFile) {
  ModelCard card = tiny_card();
  const std::string good = tiny_onnx({});
  for (const std::string& bytes : {good.substr(0, good.size() / 2), std::string("not a model"), std::string()}) {
    folder.write("tiny.onnx", bytes);
    EXPECT_THAT(error(card), HasSubstr("tiny.onnx: cannot be loaded: ")) << bytes.size() << " bytes";
  }
}

TEST_F(Session, RefusesATruncatedCopyOfTheShippedModel) {
  ModelCard card = nano_card();
  std::ifstream file(card.onnx, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  ASSERT_GT(bytes.size(), 1'000'000U);
  card.onnx = folder.write("cut.onnx", bytes.substr(0, bytes.size() / 2));
  EXPECT_THAT(error(card), HasSubstr("cut.onnx: its sha256 is "));
  card.sha256.clear();
  EXPECT_THAT(error(card), HasSubstr("cut.onnx: cannot be loaded"));
}

TEST_F(Session, ChecksTheChecksumWhereTheCardGivesOne) {
  ModelCard card = tiny_card();
  card.sha256 = *sha256_of(card.onnx);
  EXPECT_TRUE(open(card).ok());
  card.sha256[0] = card.sha256[0] == '0' ? '1' : '0';
  EXPECT_THAT(error(card), testing::AllOf(HasSubstr("tiny.onnx: its sha256 is "), HasSubstr(card.sha256)));
}

TEST_F(Session, ComputesTheChecksumThatEveryoneElseDoes) {
  EXPECT_EQ(*sha256_of(folder.write("abc", "abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(Session, NamesTheFieldOfTheCardThatDoesNotFit) {
  ModelCard card = tiny_card();
  card.input_width = 64;
  EXPECT_THAT(error(card), HasSubstr("tiny.yaml: input.width 64 does not fit"));
  EXPECT_THAT(error(card), HasSubstr("its input is \"images\" [N,3,32,32]"));
  card = tiny_card();
  card.input_height = 64;
  EXPECT_THAT(error(card), HasSubstr("input.height 64 does not fit"));
}

TEST_F(Session, RefusesAGraphWhoseOutputsAreNotOneASlot) {
  EXPECT_THAT(error({.pairs_slots = true}),
              HasSubstr("tiny.onnx: cannot run a batch of 8: its output \"output\" is then [4,42,7]"));
}

TEST_F(Session, RefusesGraphsItCannotFeed) {
  EXPECT_THAT(error({.channels = 4}), HasSubstr("input.layout nchw does not fit"));
  EXPECT_THAT(error({.channels = 32, .width = 3}), HasSubstr("write layout: nhwc"));
  EXPECT_THAT(error({.element_type = 11}), HasSubstr("neither float32, float16 nor uint8"));
  EXPECT_THAT(error({.batch = 4}), HasSubstr("a fixed batch"));
}

}  // namespace
}  // namespace lyn
