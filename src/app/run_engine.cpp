#include "app/run_engine.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <span>

#include "app/commands.h"
#include "app/interrupt.h"
#include "app/progress.h"
#include "core/log.h"
#include "device/guarded_io.h"
#include "engine/engine.h"

namespace lyn {

namespace {

constexpr int kInterrupted = 130;

Status write_summary(const std::string& path, const std::string& json) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0)
    return Error{ErrorKind::output, "--summary " + path + ": cannot be created",
                 "check the folder and its permissions"};
  const std::string line = json + "\n";
  const Status written = write_all(file, std::as_bytes(std::span(line)), path);
  ::close(file);
  return written;
}

}  // namespace

int run_engine(const Config& config, const RunOptions& options, const RunPresentation& presentation,
               const std::function<Result<Config>()>& reload) {
  Interrupt interrupt;  // before any other thread
  log::start(log::Level::info);
  auto engine = Engine::create(config, options, system_clock());
  if (!engine) return report(engine.error());
  interrupt.on_signal([&] { (*engine)->request_stop(); });
  if (reload) interrupt.on_hangup([&] { (*engine)->request_reload(reload); });
  const RunOutcome outcome = (*engine)->run(make_progress(), progress_period());
  interrupt.on_signal({});
  interrupt.on_hangup({});
  end_progress();
  log::stop();

  const bool as_json = presentation.json || !presentation.summary_path.empty();
  const std::string json = as_json ? outcome.summary.json() : "";
  int code = outcome.interrupted ? kInterrupted : 0;
  if (!presentation.summary_path.empty()) {
    if (auto written = write_summary(presentation.summary_path, json); !written) code = report(written.error());
  }
  if (presentation.json) {
    std::printf("%s\n", json.c_str());
  } else {
    std::fputs(outcome.summary.text().c_str(), stdout);
  }
  return outcome.error ? report(*outcome.error) : code;
}

}  // namespace lyn
