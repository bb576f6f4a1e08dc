#include "stages/infer/metadata.h"

#include <charconv>
#include <map>

namespace lyn {
namespace {

/// Python's way to write a dictionary of numbers and strings, read character by character.
class NamesReader {
 public:
  explicit NamesReader(const std::string& text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool read(std::map<int, std::string>& names) {
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      int number = 0;
      std::string name;
      if (!read_number(number) || !take(':') || !read_string(name)) return false;
      names[number] = name;
    } while (take(','));
    return take('}');
  }

 private:
  bool take(char wanted) {
    while (at_ < end_ && *at_ == ' ') ++at_;
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }
  bool read_number(int& number) {
    while (at_ < end_ && *at_ == ' ') ++at_;
    const auto [next, problem] = std::from_chars(at_, end_, number);
    at_ = next;
    return problem == std::errc();
  }
  bool read_string(std::string& name) {
    while (at_ < end_ && *at_ == ' ') ++at_;
    if (at_ == end_ || (*at_ != '\'' && *at_ != '"')) return false;
    const char quote = *at_++;
    while (at_ < end_ && *at_ != quote) {
      if (*at_ == '\\' && at_ + 1 < end_) ++at_;
      name += *at_++;
    }
    return take(quote);
  }

  const char* at_;
  const char* end_;
};

}  // namespace

std::vector<std::string> names_in_metadata(const std::string& text) {
  std::map<int, std::string> names;
  if (!NamesReader(text).read(names)) return {};
  std::vector<std::string> in_order;
  for (auto& [number, name] : names) {
    if (number != static_cast<int>(in_order.size())) return {};
    in_order.push_back(std::move(name));
  }
  return in_order;
}

std::optional<std::pair<int, int>> two_numbers_in(const std::string& text) {
  std::vector<int> numbers;
  for (const char *at = text.data(), *end = at + text.size(); at < end;) {
    int value = 0;
    const auto [next, problem] = std::from_chars(at, end, value);
    if (problem == std::errc()) numbers.push_back(value);
    at = problem == std::errc() ? next : at + 1;
  }
  if (numbers.size() != 2 || numbers[0] < 1 || numbers[1] < 1) return std::nullopt;
  return std::pair(numbers[0], numbers[1]);
}

}  // namespace lyn
