#pragma once

#include <string>

namespace lyn::cuda {

/// A library found at run time. It stays loaded for the life of the process: the driver's libraries
/// run threads of their own and do not survive dlclose.
class SharedLibrary {
 public:
  explicit SharedLibrary(const char* name);
  [[nodiscard]] bool found() const { return handle_ != nullptr; }
  [[nodiscard]] const std::string& error() const { return error_; }
  /// Null when the library lacks it.
  [[nodiscard]] void* symbol(const char* name) const;
  /// Sets `function` to the symbol `name`; false when it is missing.
  template <class Function>
  bool load(Function*& function, const char* name) const {
    function = reinterpret_cast<Function*>(symbol(name));
    return function != nullptr;
  }

 private:
  void* handle_ = nullptr;
  std::string error_;
};

}  // namespace lyn::cuda
