#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace lyn {

/// Text that must not be seen: prints as `***` wherever it goes. reveal() is the only way out.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] static std::string_view shown() { return "***"; }

 private:
  std::string text_;
};

/// The text with the password of every URL in it replaced by `***`
/// ("rtsp://user:pw@host/x" becomes "rtsp://user:***@host/x"), and the values of query keys
/// that name a secret (password, passwd, pwd, token, key, secret, auth) as well.
std::string redact(std::string_view text);

}  // namespace lyn
