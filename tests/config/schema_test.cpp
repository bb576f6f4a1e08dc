#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "config/config.h"
#include "config_test_files.h"

namespace lyn {
namespace {

using nlohmann::json;

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ConfigSchema, is_strict_and_has_the_ranges_and_defaults_of_the_parser) {
  const json schema = json::parse(config_schema());
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["required"], json::array({"version"}));
  EXPECT_EQ(schema["additionalProperties"], false);
  const json& detector = schema["properties"]["detector"]["properties"];
  EXPECT_EQ(detector["score"]["maximum"], 1.0);
  EXPECT_EQ(detector["score"]["default"], 0.3);
  EXPECT_EQ(detector["batch"]["properties"]["size"]["maximum"], 256);
  const json& camera = schema["properties"]["cameras"]["items"];
  EXPECT_EQ(camera["required"], json::array({"id"}));
  EXPECT_EQ(camera["properties"]["transport"]["enum"], json::array({"tcp", "udp"}));
  EXPECT_FALSE(camera["properties"]["detector"]["properties"]["score"].contains("default"));
}

void expect_documented(const json& schema, const std::string& text) {
  for (const auto& [key, property] : schema["properties"].items()) {
    EXPECT_THAT(text, ::testing::HasSubstr("`" + key + "`"));
    EXPECT_FALSE(property["description"].get<std::string>().empty()) << key;
    if (property.contains("properties")) expect_documented(property, text);
    if (property.contains("items") && property["items"].contains("properties"))
      expect_documented(property["items"], text);
  }
}

TEST(ConfigSchema, has_every_key_in_the_documentation) {
  expect_documented(json::parse(config_schema()), content(test::repository_file("docs/CONFIGURATION.md")));
}

/// Runs Python's jsonschema, which knows nothing of our parser: prints "ok", or what is wrong.
std::string judged_by_jsonschema(const std::string& schema, const std::string& yaml) {
  const std::string command =
      "/usr/bin/python3 -c 'import sys, json, yaml, jsonschema\n"
      "schema = json.load(open(sys.argv[1]))\n"
      "validator = jsonschema.Draft202012Validator\n"
      "validator.check_schema(schema)\n"
      "errors = list(validator(schema).iter_errors(yaml.safe_load(open(sys.argv[2]))))\n"
      "print(\"ok\" if not errors else errors[0].message)' '" +
      schema + "' '" + yaml + "' 2>&1";
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "no shell";
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out += static_cast<char>(c);
  pclose(pipe);
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

class SchemaOracle : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("/usr/bin/python3 -c 'import yaml, jsonschema' 2>/dev/null") != 0) {
      GTEST_SKIP() << "needs Debian's python3-jsonschema and python3-yaml";
    }
    schema_ = folder_.write("schema.json", config_schema());
  }
  std::string judge(const std::string& yaml) const {
    return judged_by_jsonschema(schema_, folder_.write("c.yaml", yaml));
  }

  test::ConfigFolder folder_;
  std::string schema_;
};

TEST_F(SchemaOracle, accepts_the_example_that_the_parser_accepts) {
  const std::string example = test::repository_file("examples/three-cameras.yaml");
  const auto config = load_config(example);
  EXPECT_TRUE(config.ok()) << config.error().text();
  EXPECT_EQ(judged_by_jsonschema(schema_, example), "ok");
}

TEST_F(SchemaOracle, accepts_what_show_prints) {
  EXPECT_EQ(judge(show_config(Config{})), "ok");
}

TEST_F(SchemaOracle, refuses_what_the_parser_refuses) {
  EXPECT_NE(judge("version: 1\ndevise: cpu\n"), "ok");
  EXPECT_NE(judge("version: 1\ndetector: {score: 1.5}\n"), "ok");
  EXPECT_NE(judge("version: 1\ndetector: {scores: {person: 1.5}}\n"), "ok");
  EXPECT_NE(judge("version: 1\ndetector: {regions: [[[0, 0], [1, 1]]]}\n"), "ok");
  EXPECT_NE(judge("version: 1\ndetector: {regions: [[[0, 0], [1, 0], [1]]]}\n"), "ok");
  EXPECT_NE(judge("version: 1\ncameras: [{id: Gate, source: a}]\n"), "ok");
  EXPECT_NE(judge("version: 1\ncameras: [{id: a, source: {fil: a}}]\n"), "ok");
}

}  // namespace
}  // namespace lyn
