#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "stages/output/record_text.h"

namespace lyn {
namespace {

std::string json_text(std::string_view text) {
  LineBuffer line;
  append_json_text(line, text);
  return fmt::to_string(line);
}

TEST(JsonText, escapes_what_json_does_not_hold) {
  EXPECT_EQ(json_text("person"), "\"person\"");
  EXPECT_EQ(json_text("a\"\\\n"), "\"a\\\"\\\\\\u000a\"");
  EXPECT_EQ(json_text(""), "\"\"");
}

TEST(JsonText, keeps_well_formed_utf8_and_replaces_the_rest) {
  EXPECT_EQ(json_text("\u00e9\u732b\U0001F408"), "\"\u00e9\u732b\U0001F408\"");
  const std::string replaced = "\"\uFFFD\"";
  EXPECT_EQ(json_text("\x80"), replaced);
  EXPECT_EQ(json_text("\xC3"), replaced);
  EXPECT_EQ(json_text("\xF0\x9F\x90"), replaced) << "a character cut short is one replacement";
  EXPECT_EQ(json_text("\xC0\xAF"), "\"\uFFFD\uFFFD\"") << "overlong";
  EXPECT_EQ(json_text("\xED\xA0\x80"), "\"\uFFFD\uFFFD\uFFFD\"") << "a surrogate";
  EXPECT_EQ(json_text("\xC3x"), "\"\uFFFDx\"");
}

TEST(JsonText, of_any_bytes_is_what_another_library_reads_back_as_the_same) {
  std::mt19937 random(3);
  for (int i = 0; i < 5000; ++i) {
    std::string text(random() % 12, '\0');
    for (char& c : text) c = static_cast<char>(random() % 3 == 0 ? random() % 128 : random());
    const nlohmann::json replaced =
        nlohmann::json::parse(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    EXPECT_EQ(nlohmann::json::parse(json_text(text)), replaced);
  }
}

TEST(FixedNumber, has_its_decimals_or_is_null) {
  const auto fixed = [](double value, int decimals) {
    LineBuffer line;
    append_fixed(line, value, decimals);
    return fmt::to_string(line);
  };
  EXPECT_EQ(fixed(1234567.891, 2), "1234567.89");
  EXPECT_EQ(fixed(0.5, 6), "0.500000");
  EXPECT_EQ(fixed(std::numeric_limits<double>::infinity(), 2), "null");
}

}  // namespace
}  // namespace lyn
