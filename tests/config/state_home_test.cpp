#include "config/state_home.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>

namespace lyn {
namespace {

/// With only these of the variables that state_home() reads; the others come back afterwards.
class StateHome : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"STATE_DIRECTORY", "XDG_STATE_HOME", "HOME"}) {
      const char* value = std::getenv(name);
      before_[name] = value != nullptr ? std::optional<std::string>(value) : std::nullopt;
      unsetenv(name);
    }
  }
  void TearDown() override {
    for (const auto& [name, value] : before_) {
      if (value) setenv(name.c_str(), value->c_str(), 1);
    }
  }
  static std::string with(const char* variable, const char* value) {
    setenv(variable, value, 1);
    return state_home(Config{});
  }

 private:
  std::map<std::string, std::optional<std::string>> before_;
};

TEST_F(StateHome, is_what_the_configuration_says_else_the_services_else_the_users) {
  EXPECT_EQ(state_home(Config{}), "/var/lib/lynceus");
  EXPECT_EQ(with("HOME", "/home/ann"), "/home/ann/.local/state/lynceus");
  EXPECT_EQ(with("XDG_STATE_HOME", "/srv/ann"), "/srv/ann/lynceus");
  EXPECT_EQ(with("STATE_DIRECTORY", "/var/lib/eyes:/var/lib/more"), "/var/lib/eyes");
  Config config;
  config.state_dir = "/data";
  EXPECT_EQ(state_home(config), "/data");
}

TEST_F(StateHome, leaves_out_variables_that_are_no_absolute_path) {
  EXPECT_EQ(with("HOME", "ann"), "/var/lib/lynceus");
  EXPECT_EQ(with("XDG_STATE_HOME", ""), "/var/lib/lynceus");
}

}  // namespace
}  // namespace lyn
