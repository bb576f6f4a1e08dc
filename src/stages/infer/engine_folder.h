#pragma once

#include <string>

#include "core/result.h"

namespace lyn {

/// What an engine is compiled from and for. Anything else needs an engine of its own.
struct EngineKey {
  std::string model;     ///< model_digest()
  std::string gpu;       ///< gpu_identity()
  std::string versions;  ///< of the libraries that compile and load it
  bool fp16 = false;
  int batch = 0;
};

/// SHA-256 over a graph and the files beside it that hold its weights. Error `device`: one cannot be read.
Result<std::string> model_digest(const std::string& onnx);

/// Where the engine of one key lies between runs: a folder below `home`/engines. Loading an engine runs code
/// from it, so all of it must be this user's and closed to everybody else.
class EngineFolder {
 public:
  /// Makes what is missing, and empties a folder in which an earlier run did not finish. Error `device`: says
  /// what of it belongs to, or could be changed by, somebody else.
  static Result<EngineFolder> open(const std::string& home, const EngineKey& key);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// True when a whole engine lies here.
  [[nodiscard]] bool complete() const { return complete_; }
  /// To be called once the engine was built and ran.
  Status mark_complete();

 private:
  std::string path_;
  std::string words_;
  bool complete_ = false;
};

}  // namespace lyn
