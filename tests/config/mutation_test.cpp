#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "config/config.h"
#include "config_test_files.h"

namespace lyn {
namespace {

std::string example() {
  std::ifstream file(test::repository_file("examples/three-cameras.yaml"));
  return {std::istreambuf_iterator<char>(file), {}};
}

/// One to four small damages: bytes flipped, removed, doubled, moved, or YAML's own characters put in.
std::string mutated(std::string text, std::mt19937& random) {
  static constexpr std::string_view kSpecial = "{}[]:,-?&*!|>'\"%@`#~\n\t \\$\x7f\x04";
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  for (std::size_t i = 1 + below(4); i > 0; --i) {
    const std::size_t at = below(text.size());
    const std::size_t length = below(20);
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(below(text.size()), text.substr(at, length));
        break;
      case 3:
        text.insert(at, 1, kSpecial[below(kSpecial.size())]);
        break;
      default:
        text.resize(std::max<std::size_t>(1, at));
        break;
    }
    if (text.empty()) text = "x";
  }
  return text;
}

TEST(MutatedConfig, is_read_or_refused_in_the_fixed_form_and_never_crashes) {
  const std::string original = example();
  ASSERT_TRUE(parse_config(original, "c.yaml").ok());
  std::mt19937 random(11);
  int refused = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string text = mutated(original, random);
    const auto config = parse_config(text, "c.yaml");
    if (config.ok()) {
      ASSERT_TRUE(parse_config(show_config(*config), "c.yaml").ok()) << text;
      continue;
    }
    ++refused;
    ASSERT_TRUE(config.error().what.starts_with("c.yaml:")) << config.error().what;
    ASSERT_EQ(config.error().kind, ErrorKind::usage);
  }
  EXPECT_GT(refused, 1000);
}

TEST(MutatedAssignment, is_taken_or_refused_and_never_crashes) {
  const Config config = *parse_config(example(), "c.yaml");
  std::mt19937 random(12);
  for (int i = 0; i < 2000; ++i) {
    Config changed = config;
    const Status status = set_config_value(changed, mutated("cameras[1].detector.batch={size: 4}", random));
    ASSERT_TRUE(status.ok() || status.error().what.starts_with("--set: ")) << status.error().what;
  }
}

}  // namespace
}  // namespace lyn
