#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "app/model_actions.h"
#include "config/state_home.h"
#include "core/clock.h"
#include "engine/run/backend.h"
#include "stages/infer/model_card.h"

namespace lyn {

namespace {

constexpr std::chrono::seconds kTold{5};

/// Says on stderr each few seconds that something is still under way, and for how long: the compiler itself does not
/// say how far it is.
class Waiting {
 public:
  explicit Waiting(std::string what) : what_(std::move(what)), thread_([this] { tell(); }) {}
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    {
      std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  [[nodiscard]] long long seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(system_clock().now() - begun_).count();
  }

 private:
  void tell() {
    std::unique_lock lock(mutex_);
    for (auto due = begun_ + kTold; !changed_.wait_until(lock, due, [this] { return over_; }); due += kTold) {
      std::fprintf(stderr, "%s: %lld s\n", what_.c_str(), seconds());
    }
  }

  const std::string what_;
  const Clock::Monotonic begun_ = system_clock().now();
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;  ///< last: it uses the others
};

Status build_on(const DeviceChoice& choice, const ModelCard& card, const SessionOptions& options) {
  LYN_TRY(const auto device, choice.backend->open(choice.ordinal));
  const Waiting waiting(device->name() + ": compiling " + card.onnx);
  LYN_TRY(const auto session, choice.backend->make_session(*device, card, options));
  LYN_TRY(const auto stream, device->open_stream());
  LYN_CHECK(session->prepare(*stream));
  std::printf("%s: ready for batches of up to %d, after %lld s; kept in %s\n", device->name().c_str(),
              session->max_batch(), waiting.seconds(), options.engine_home.c_str());
  return {};
}

}  // namespace

Status build_model(const ModelArguments& arguments) {
  LYN_TRY(const ModelCard card, load_model_card(arguments.path));
  LYN_TRY(const auto choices, choose_devices(arguments.device));
  Config config;
  config.state_dir = arguments.state_dir;
  SessionOptions options{0, arguments.batch, InferenceEngine::tensorrt};
  options.fp16 = arguments.fp16;
  options.engine_home = state_home(config);
  if (std::string_view(choices.front().backend->name) == "cpu") {
    return Error{ErrorKind::usage, "model build: nothing is compiled for cpu",
                 "name --device cuda, cuda:1 or cuda:all"};
  }
  for (const DeviceChoice& choice : choices) LYN_CHECK(build_on(choice, card, options));
  return {};
}

}  // namespace lyn
