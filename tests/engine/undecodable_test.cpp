// A camera whose pictures the device refuses. The device is the CPU one, behind a backend whose decoders a test
// refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "engine/engine.h"
#include "media/rtsp_server.h"
#include "stages/decode/decoder.h"

namespace lyn {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

std::atomic<int> refusals{0};  ///< that are still to come

Result<std::unique_ptr<Decoder>> make_decoder(Device& device, const StreamInfo& stream, const DecoderOptions& options) {
  if (refusals-- > 0) return Error{ErrorKind::device, "no decoder for this", "have it send something else"};
  return make_software_decoder(device, stream, options);
}

class Undecodable : public testing::Test {
 protected:
  Undecodable() : backend_(*choose_device("cpu")->backend) { backend_.make_decoder = make_decoder; }

  RunOutcome run(bool from_command_line) {
    Config config;
    config.detector.model = "none";
    config.cameras.push_back(make_camera(config, "gate", server_.url()));
    EXPECT_TRUE(finalise(config));
    Engine* engine = nullptr;
    RunOptions options;
    options.devices.push_back({&backend_, 0});
    options.sources_from_command_line = from_command_line;
    options.seconds = 30;
    options.retry.refused = 50ms;
    options.on_record = [&](const FrameRecord& record) {
      if (record.frame == 5) engine->request_stop();
    };
    auto created = Engine::create(config, options, system_clock());
    EXPECT_TRUE(created);
    engine = created->get();
    return engine->run();
  }

  media::RtspServer server_;
  Backend backend_;
};

TEST_F(Undecodable, IsTriedAgainByThePolicyOfRefusals) {
  refusals = 2;
  const RunOutcome outcome = run(false);
  EXPECT_FALSE(outcome.error) << outcome.error->text();
  CameraSummary gate = outcome.summary.cameras.front();
  EXPECT_EQ(gate.states["backoff"], 2U);
  EXPECT_GE(gate.frames_processed, 6U);
}

TEST_F(Undecodable, EndsTheRunWhereTheCommandLineNamesIt) {
  refusals = 1;
  const RunOutcome outcome = run(true);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::device);
  EXPECT_THAT(outcome.error->text(), HasSubstr("no decoder for this"));
  EXPECT_EQ(refusals, 0) << "it was not asked again";
}

}  // namespace
}  // namespace lyn
