#pragma once

namespace lyn {

/// On whose behalf a driver is called. Whoever watches a driver from outside (witness.h) cannot tell
/// by itself which copy the ledger knows of.
enum class Caller : unsigned {
  stranger,       ///< no scope: code that should not call the driver at all
  ledger,         ///< Device::copy_in and copy_out: counted by reason
  device,         ///< the Device's other calls: copies within, launches
  pool,           ///< device memory for the pool
  staging,        ///< host memory for results
  onnxruntime,    ///< inside ONNX Runtime and what it calls (cuDNN, cuBLAS)
  video_decoder,  ///< inside nvcuvid
  jpeg_encoder,   ///< inside nvJPEG
  library,        ///< another library, known by the call stack alone
  count_,
};

/// As the summary prints it: "ledger", "runtime:onnxruntime".
const char* name_of(Caller caller);
/// True for code that is not ours: it is attributed and held to a budget, not to the ledger.
bool is_library(Caller caller);

/// Says, for this thread and until it ends, who calls; scopes nest, the innermost counts. Costs one
/// thread-local store.
class CallerScope {
 public:
  explicit CallerScope(Caller caller);
  ~CallerScope();
  CallerScope(const CallerScope&) = delete;
  CallerScope& operator=(const CallerScope&) = delete;

  static Caller current();

 private:
  Caller outer_;
};

}  // namespace lyn
