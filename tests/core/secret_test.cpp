#include "core/secret.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

struct Case {
  const char* text;
  const char* shown;
};

TEST(Redact, HidesPasswordsOfUrlsAndValuesOfSecretKeys) {
  const Case cases[] = {
      {"rtsp://user:pw@host/x", "rtsp://user:***@host/x"},
      {"cannot open rtsp://admin:12345@10.0.0.7:554/main: refused",
       "cannot open rtsp://admin:***@10.0.0.7:554/main: refused"},
      {"rtsp://u:p@a/1,rtsp://v:q@b/2", "rtsp://u:***@a/1,rtsp://v:***@b/2"},
      {"rtsp://user:p@ss@host/x", "rtsp://user:***@host/x"},
      {"rtsp://user:pa/ss@host/x", "rtsp://user:***@host/x"},
      {"\"rtsp://:pw@host\"", "\"rtsp://:***@host\""},
      {"http://h/a?user=me&password=hush&x=1", "http://h/a?user=me&password=***&x=1"},
      {"http://h/a?access_token=hush", "http://h/a?access_token=***"},
      {"http://h/a?Pwd=hush next", "http://h/a?Pwd=*** next"},
  };
  for (const auto& [text, shown] : cases) EXPECT_EQ(redact(text), shown);
}

TEST(Redact, LeavesEverythingElseAsItIs) {
  const char* const texts[] = {
      "",
      "plain text, 50 % done? yes & no",
      "rtsp://host:554/path",
      "rtsp://host:554/mail@example",
      "rtsp://user@host/x",
      "rtsp://[::1]:8554/cam?codec=h264",
      "what is a://b and c://",
      "mail me@example.org: thanks",
  };
  for (const char* text : texts) EXPECT_EQ(redact(text), text);
}

TEST(Secret, IsOnlySeenWhenRevealed) {
  const Secret secret("hush");
  EXPECT_EQ(secret.reveal(), "hush");
  EXPECT_EQ(Secret::shown(), "***");
  EXPECT_TRUE(Secret().empty());
}

}  // namespace
}  // namespace lyn
