#include "engine/run/witness_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/samples.h"

namespace lyn {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

WitnessReport report() {
  WitnessReport report;
  report.name = "cupti";
  report.version = "13.0.1";
  report.warm = true;
  report.records = 12;
  report.ledger_out = report.callers["ledger"].out.bytes = 7208;
  report.callers["ledger"].out.copies = 1;
  report.callers["ledger"].seen.push_back({true, 7208, 1, "cuMemcpyDtoHAsync_v2", "device", "pinned", false});
  report.callers["runtime:onnxruntime"].host_memory = {2, 4096};
  report.link = {"", 20'000'000, 40'000'000, 10};
  return report;
}

TEST(WitnessWords, SayWhatEachSawAndThatItAgrees) {
  const Json json = witness_json(report());
  EXPECT_EQ(json["cupti"]["agrees"], true);
  EXPECT_EQ(json["cupti"]["ledger"]["out"], 7208);
  EXPECT_EQ(json["cupti"]["callers"]["ledger"]["out"]["bytes"], 7208);
  EXPECT_EQ(json["cupti"]["callers"]["ledger"]["seen"][0]["by"], "cuMemcpyDtoHAsync_v2");
  EXPECT_EQ(json["cupti"]["callers"]["runtime:onnxruntime"]["host_memory"]["bytes"], 4096);
  EXPECT_EQ(json["pcie"]["out_mb_s"], 2.0);
  EXPECT_EQ(json["pcie"]["in_bytes"], 40'000'000);
  EXPECT_THAT(witness_text(report()), HasSubstr("witness cupti 13.0.1: agrees with the ledger (7208 bytes out"));
  EXPECT_THAT(witness_text(report()), HasSubstr("2.000 MB/s out"));
}

TEST(WitnessWords, SayWhatDoesNotAgree) {
  WitnessReport disagrees = report();
  disagrees.disagreements = {"device to host: the ledger counts 1 bytes, CUPTI saw 7208 bytes"};
  EXPECT_EQ(witness_json(disagrees)["cupti"]["agrees"], false);
  EXPECT_EQ(witness_json(disagrees)["cupti"]["disagreements"].size(), 1U);
  EXPECT_THAT(witness_text(disagrees), HasSubstr("DISAGREES"));
  EXPECT_THAT(witness_text(disagrees), HasSubstr("CUPTI saw 7208 bytes"));
}

TEST(WitnessWords, SayWhyThereIsNone) {
  WitnessReport absent;
  absent.name = "cupti";
  absent.absent = "it was not asked";
  absent.link.absent = "this GPU does not count";
  EXPECT_EQ(witness_json(absent)["cupti"], "absent: it was not asked");
  EXPECT_EQ(witness_json(absent)["pcie"], "absent: this GPU does not count");
  EXPECT_THAT(witness_json(std::nullopt)["cupti"].get<std::string>(), HasSubstr("off: run with --strict"));
  EXPECT_THAT(witness_text(std::nullopt), HasSubstr("--strict"));
}

TEST(WitnessWords, StandInTheSummaryOfADeviceThatCanBeWatched) {
  RunSummary summary;
  EXPECT_FALSE(Json::parse(summary.json()).contains("witnesses"));
  summary.witnessed = true;
  EXPECT_TRUE(Json::parse(summary.json())["witnesses"]["cupti"].is_string());
  summary.witness = report();
  EXPECT_EQ(Json::parse(summary.json())["witnesses"]["cupti"]["records"], 12);
}

Config on_cpu(const std::string& witnesses) {
  Config config;
  config.witnesses = witnesses;
  config.detector.model = "none";
  config.cameras.push_back(make_camera(config, "gate", sample_path("samples/car-detection.mp4")));
  EXPECT_TRUE(finalise(config));
  return config;
}

TEST(Witnesses, AreRefusedOnADeviceThatHasNone) {
  const auto engine = Engine::create(on_cpu("on"), {}, system_clock());
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().kind, ErrorKind::usage);
  EXPECT_THAT(engine.error().what, HasSubstr("witnesses: on"));
  EXPECT_THAT(engine.error().remedy, HasSubstr("--device cuda"));
}

TEST(Witnesses, LeaveAStrictRunOnTheCpuToTheResidencyTrap) {
  RunOptions strict;
  strict.strict = true;
  EXPECT_TRUE(Engine::create(on_cpu("auto"), strict, system_clock()).ok());
}

}  // namespace
}  // namespace lyn
