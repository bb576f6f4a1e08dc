#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/config.h"

namespace lyn {

/// `lynceus run`.
struct RunArguments {
  std::string config;
  std::vector<std::string> sources;       ///< "[NAME=]SOURCE"
  std::vector<std::string> source_files;  ///< files that hold one source a line (for passwords)
  std::string model;
  std::string device;
  std::string out;
  std::string detections;
  std::string mot;
  std::optional<double> seconds;
  bool loop = false;
  bool realtime = false;
  bool strict = false;
  bool deterministic = false;
  std::vector<std::string> set;  ///< "a.b=value"
  bool json = false;
  std::string summary;
};

/// `lynceus demo`.
struct DemoArguments {
  std::optional<double> seconds;
  std::string device = "cpu";
  std::string out = "lynceus-demo";
};

/// `lynceus probe SOURCE`.
struct ProbeArguments {
  std::string source;
  bool json = false;
};

/// `lynceus doctor`.
struct DoctorArguments {
  bool json = false;
};

/// `lynceus config check|show FILE`, `lynceus config schema`, `lynceus config migrate FILE`.
struct ConfigArguments {
  enum class Action { check, show, schema, migrate };
  Action action = Action::check;
  std::string file;
  std::string out;  ///< migrate: the new file; empty: stdout
  bool json = false;
};

/// `lynceus model add ONNX`, `model test CARD IMAGE`, `model build CARD`, `model list`.
struct ModelArguments {
  enum class Action { add, test, build, list };
  Action action = Action::list;
  std::string path;    ///< the graph, the card, or the folder
  std::string image;   ///< test: a picture or a video, of which the first frame is taken
  std::string head;    ///< add: empty: guess
  std::string labels;  ///< add: a file
  std::string licence;
  std::string out;  ///< the card (add) or the picture (test); empty: named after what was given
  double score = 0.3;
  bool force = false;
  std::string device = "cuda";     ///< build
  int batch = BatchConfig().size;  ///< build
  bool fp16 = false;               ///< build
  std::string state_dir;           ///< build; empty: the default place
};

/// The command line was answered (help, version) or refused; `code` is the exit code.
struct Answered {
  int code = 0;
};

using Arguments = std::variant<Answered, RunArguments, DemoArguments, ProbeArguments, DoctorArguments, ConfigArguments,
                               ModelArguments>;

/// Parses the command line. Help goes to stdout; errors, with the remedy, to stderr.
Arguments parse_arguments(int argc, char** argv);

/// Overwrites the passwords in argv, which `ps` would show. Call once everything was parsed.
void hide_secrets_in(int argc, char** argv);

}  // namespace lyn
