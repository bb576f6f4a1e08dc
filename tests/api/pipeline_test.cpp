#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lynceus/lynceus.h"
#include "media/clips.h"

namespace lyn {
namespace {

std::string configuration(const std::string& model) {
  return "version: 1\ndetector: {model: " + model +
         "}\ntracker: {kind: none}\ncameras:\n  - id: gate\n    source: " + media::sample("car-detection.mp4") + "\n";
}

TEST(PublicApiPipeline, HandsOutTheRecordOfEveryFrameInOrder) {
  std::vector<std::uint64_t> frames;
  double last_pts = -1;
  PipelineOptions options;
  options.on_record = [&](const FrameRecord& record) {
    EXPECT_EQ(record.camera, "gate");
    EXPECT_GT(record.pts.seconds(), last_pts);
    last_pts = record.pts.seconds();
    frames.push_back(record.frame);
  };
  const std::string clip =
      media::clip("api_run.mp4", media::pattern("64x48", 25, 0.4) + " -pix_fmt yuv420p -c:v libx264 -loglevel error");
  auto pipeline = Pipeline::from_yaml(
      "version: 1\ndetector: {model: none}\ncameras: [{id: gate, source: " + clip + "}]\n", options);
  ASSERT_TRUE(pipeline) << pipeline.error().text();
  const PipelineOutcome outcome = pipeline->run();
  EXPECT_FALSE(outcome.error) << outcome.error->text();
  EXPECT_EQ(frames, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_NE(outcome.summary_json.find("\"frames_decoded\":10"), std::string::npos) << outcome.summary_json;
  EXPECT_EQ(pipeline->run().error->kind, ErrorKind::usage) << "a pipeline runs once";
}

TEST(PublicApiPipeline, FindsCarsAndEndsWhenAsked) {
  int cars = 0;
  Pipeline* running = nullptr;
  PipelineOptions options;
  options.on_record = [&](const FrameRecord& record) {
    for (const Detection& detection : record.detections) {
      if (record.labels[static_cast<std::size_t>(detection.class_id)] != "car") continue;
      ++cars;
      running->stop();
    }
  };
  auto pipeline = Pipeline::from_yaml(configuration(media::source_folder() + "/models/yolox_nano.yaml"), options);
  ASSERT_TRUE(pipeline) << pipeline.error().text();
  running = &*pipeline;
  EXPECT_TRUE(pipeline->run().interrupted);
  EXPECT_GT(cars, 0);
}

TEST(PublicApiPipeline, RefusesAConfigurationWithPlaceAndCause) {
  const auto pipeline = Pipeline::from_yaml("version: 1\ncamera: []\n");
  ASSERT_FALSE(pipeline);
  EXPECT_EQ(pipeline.error().kind, ErrorKind::usage);
  EXPECT_NE(pipeline.error().what.find("configuration:2:1: camera: unknown key"), std::string::npos)
      << pipeline.error().what;
}

TEST(PublicApiPipeline, RefusesToGuessAModel) {
  const auto pipeline = Pipeline::from_yaml("version: 1\ncameras: [{id: gate, source: a.mp4}]\n");
  ASSERT_FALSE(pipeline);
  EXPECT_EQ(pipeline.error().kind, ErrorKind::usage);
  EXPECT_NE(pipeline.error().text().find("detector.model"), std::string::npos);
}

}  // namespace
}  // namespace lyn
