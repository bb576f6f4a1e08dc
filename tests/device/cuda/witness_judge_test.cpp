#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/cuda/witness_tally.h"

namespace lyn::cupti {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kToHost = "cuMemcpyDtoHAsync_v2";
constexpr const char* kToDevice = "cuMemcpyHtoDAsync_v2";

Copy copy(Way way, std::uint64_t bytes) {
  Copy made;
  made.way = way;
  made.bytes = bytes;
  made.source = way == Way::in ? kMemoryPageable : kMemoryDevice;
  made.target = way == Way::in ? kMemoryDevice : kMemoryPinned;
  return made;
}

Call asked_by(Caller caller, const char* function) {
  Call call;
  call.correlation = 1;
  call.caller = caller;
  call.function = function;
  return call;
}

/// A run whose ledger counts two batches of boxes out, one table in, and a bitstream that nvcuvid moved.
class Judgement : public ::testing::Test {
 protected:
  Judgement() {
    tally_.copied(copy(Way::out, 7208), asked_by(Caller::ledger, kToHost), true);
    tally_.copied(copy(Way::out, 7208), asked_by(Caller::ledger, kToHost), true);
    tally_.copied(copy(Way::in, 640), asked_by(Caller::ledger, kToDevice), false);
    tally_.records(3, 0);
  }
  std::vector<Disagreement> judged() {
    report_.ledger_out += 2 * 7208;
    report_.ledger_in += 640;
    report_.others_in = 10'000;
    tally_.fill(report_);
    return judge(report_, 4);
  }
  WitnessTally tally_;
  WitnessReport report_;
};

testing::Matcher<Disagreement> Says(const testing::Matcher<const std::string&>& what) {
  return testing::Field(&Disagreement::text, what);
}

TEST_F(Judgement, IsAgreementWhenEveryByteIsInTheLedger) {
  EXPECT_THAT(judged(), IsEmpty());
  EXPECT_EQ(report_.records, 3U);
  EXPECT_EQ(report_.callers.at("ledger").out, (CopyCount{2, 14416}));
  EXPECT_EQ(report_.callers.at("ledger").in, (CopyCount{1, 640}));
  EXPECT_EQ(report_.callers.size(), 1U);
}

TEST_F(Judgement, NamesOneByteThatTheLedgerCountsTooMuch) {
  report_.ledger_out = 1;
  EXPECT_THAT(judged(),
              ElementsAre(Says(AllOf(HasSubstr("device to host: the ledger counts 14417 bytes, CUPTI saw 14416 bytes"),
                                     HasSubstr("2 x 7208 bytes by cuMemcpyDtoHAsync_v2, device to pinned")))));
}

TEST_F(Judgement, NamesATableThatTheLedgerDoesNotCount) {
  tally_.copied(copy(Way::in, 32), asked_by(Caller::ledger, kToDevice), true);
  EXPECT_THAT(judged(),
              ElementsAre(Says(HasSubstr("host to device: the ledger counts 640 bytes, CUPTI saw 672 bytes"))));
}

TEST_F(Judgement, ListsAStrangersCopiesThatWereReportedAlready) {
  tally_.copied(copy(Way::out, 3'110'400), asked_by(Caller::stranger, "cuMemcpyDtoH_v2"), true);
  const auto found = judged();
  ASSERT_THAT(found, ElementsAre(Says(AllOf(HasSubstr("3110400 bytes in 1 copies that the ledger does not know"),
                                            HasSubstr("cuMemcpyDtoH_v2")))));
  EXPECT_TRUE(found[0].reported);
}

TEST_F(Judgement, NamesCopiesOfOurOwnThatGoPastTheLedger) {
  tally_.copied(copy(Way::out, 100), asked_by(Caller::device, kToHost), false);
  const auto found = judged();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].reported);
}

TEST_F(Judgement, LetsLibrariesCopyWithinTheirBudget) {
  tally_.copied(copy(Way::out, 4 * 8192), asked_by(Caller::onnxruntime, "cudaMemcpyAsync_v3020"), true);
  tally_.copied(copy(Way::out, 1U << 30U), asked_by(Caller::onnxruntime, "cudaMemcpyAsync_v3020"), false);  // before
  tally_.copied(copy(Way::in, 1U << 30U), asked_by(Caller::onnxruntime, "cudaMemcpyAsync_v3020"), false);   // weights
  EXPECT_THAT(judged(), IsEmpty());
  EXPECT_EQ(report_.callers.at("runtime:onnxruntime").out_after_warmup, (CopyCount{1, 32768}));
}

TEST_F(Judgement, NamesALibraryOverItsBudget) {
  tally_.copied(copy(Way::out, 4 * 8192 + 1), asked_by(Caller::onnxruntime, "cudaMemcpyAsync_v3020"), true);
  EXPECT_THAT(judged(), ElementsAre(Says(AllOf(HasSubstr("runtime:onnxruntime"), HasSubstr("over 8192 bytes a frame"),
                                               HasSubstr("cudaMemcpyAsync_v3020")))));
}

TEST_F(Judgement, NamesWhatLeftWithoutACallAfterWarmUp) {
  tally_.copied(copy(Way::out, 16), std::nullopt, false);
  tally_.copied(copy(Way::out, 24), std::nullopt, true);
  EXPECT_THAT(judged(), ElementsAre(Says(HasSubstr("24 bytes in 1 copies that no call was seen to ask for"))));
}

TEST_F(Judgement, LetsAsMuchInWithoutACallAsTheBitstreamHas) {
  tally_.copied(copy(Way::in, 10'000), std::nullopt, true);
  EXPECT_THAT(judged(), IsEmpty());
  tally_.copied(copy(Way::in, 1), std::nullopt, true);
  report_ = {};
  EXPECT_THAT(judged(), ElementsAre(Says(HasSubstr("more than the 10000 bytes of bitstream"))));
}

TEST_F(Judgement, ProvesNothingWhenRecordsWereLost) {
  tally_.records(0, 5);
  EXPECT_THAT(judged(), ElementsAre(Says(HasSubstr("lost 5 records"))));
}

TEST_F(Judgement, CountsACopyOfUnknownDirectionAsOneToTheHost) {
  tally_.copied(copy(Way::unknown, 12), asked_by(Caller::stranger, "cuMemcpy"), true);
  tally_.copied(copy(Way::within, 1U << 20U), asked_by(Caller::stranger, "cuMemcpy"), true);
  judged();
  EXPECT_EQ(report_.callers.at("stranger").out, (CopyCount{1, 12}));
}

TEST(WitnessTally, KeepsAFewKindsOfCopiesToExplainWith) {
  WitnessTally tally;
  for (std::uint64_t i = 0; i < 100; ++i) tally.copied(copy(Way::out, i), asked_by(Caller::ledger, kToHost), true);
  Copy in_graph = copy(Way::out, 0);
  in_graph.in_graph = true;
  tally.copied(in_graph, asked_by(Caller::ledger, kToHost), true);
  WitnessReport report;
  tally.fill(report);
  EXPECT_LE(report.callers.at("ledger").seen.size(), 16U);
  EXPECT_EQ(report.callers.at("ledger").out, (CopyCount{101, 4950}));
  EXPECT_EQ(report.callers.at("ledger").in_graphs, 1U);
}

TEST(WitnessTally, ListsWhoTookMemoryAndLaunchedOnADefaultStream) {
  WitnessTally tally;
  tally.host_memory(Caller::staging, 4096);
  tally.device_memory_when_warm(Caller::video_decoder, 1U << 20U);
  tally.default_stream(Caller::onnxruntime);
  WitnessReport report;
  tally.fill(report);
  EXPECT_EQ(report.callers.at("staging").host_memory, (CopyCount{1, 4096}));
  EXPECT_EQ(report.callers.at("runtime:nvcuvid").device_memory, (CopyCount{1, 1U << 20U}));
  EXPECT_EQ(report.callers.at("runtime:onnxruntime").default_stream, 1U);
}

}  // namespace
}  // namespace lyn::cupti
