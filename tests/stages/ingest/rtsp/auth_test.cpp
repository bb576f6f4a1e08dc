#include "stages/ingest/rtsp/auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/ingest/rtsp/transport_header.h"

namespace lyn::rtsp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::optional<Challenge> challenge(std::initializer_list<std::string_view> values) {
  const std::vector<std::string_view> list(values);
  return strongest_challenge(list);
}

std::string answer(std::string_view asked, const char* user, const char* password, std::string_view method,
                   std::string_view uri, std::string_view cnonce = "0a4f113b") {
  Authoriser authoriser(user, Secret(password));
  authoriser.accept(*challenge({asked}));
  return authoriser.authorise(method, uri, cnonce);
}

TEST(Authoriser, answers_basic) {
  EXPECT_EQ(answer("Basic realm=\"cam\"", "Aladdin", "open sesame", "DESCRIBE", "rtsp://c/x"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617 2
}

// RFC 7616 3.9.1
constexpr const char* kMufasa =
    "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
    "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
constexpr const char* kCnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

TEST(Authoriser, answers_digest_as_the_standard_does) {
  const std::string md5 = answer(std::string("Digest algorithm=MD5, ") + kMufasa, "Mufasa", "Circle of Life", "GET",
                                 "/dir/index.html", kCnonce);
  EXPECT_THAT(md5, HasSubstr("response=\"8ca523f5e9506fed4657c9700eebdbec\""));
  EXPECT_THAT(md5, HasSubstr("qop=auth, nc=00000001"));
  const std::string sha = answer(std::string("Digest algorithm=SHA-256, ") + kMufasa, "Mufasa", "Circle of Life", "GET",
                                 "/dir/index.html", kCnonce);
  EXPECT_THAT(sha, HasSubstr("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""));
}

TEST(Authoriser, answers_digest_without_qop) {
  // md5(md5("admin:cam:12345") ":abc:" md5("DESCRIBE:rtsp://10.0.0.7/x")), by hashlib
  const std::string value =
      answer("Digest realm=\"cam\", nonce=\"abc\"", "admin", "12345", "DESCRIBE", "rtsp://10.0.0.7/x");
  EXPECT_THAT(value, HasSubstr("response=\"9309a03742588e7f9db10b62f73a0143\""));
  EXPECT_THAT(value, Not(HasSubstr("cnonce")));
  EXPECT_THAT(value, Not(HasSubstr("12345")));
}

TEST(Authoriser, answers_the_session_variant) {
  // md5(md5(md5("a:r:p") ":n:c") ":n:00000001:c:auth:" md5("PLAY:u")), by hashlib
  const std::string value =
      answer("Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess, qop=auth", "a", "p", "PLAY", "u", "c");
  EXPECT_THAT(value, HasSubstr("response=\"4706911544f37eb9a7e67b7918841954\""));
}

TEST(Authoriser, counts_how_often_a_nonce_was_used) {
  Authoriser authoriser("a", Secret("p"));
  authoriser.accept(*challenge({"Digest realm=\"r\", nonce=\"n\", qop=\"auth\""}));
  EXPECT_THAT(authoriser.authorise("PLAY", "u", "c"), HasSubstr("nc=00000001"));
  EXPECT_THAT(authoriser.authorise("PLAY", "u", "c"), HasSubstr("nc=00000002"));
  authoriser.accept(*challenge({"Digest realm=\"r\", nonce=\"m\", qop=\"auth\", stale=TRUE"}));
  EXPECT_THAT(authoriser.authorise("PLAY", "u", "c"), HasSubstr("nc=00000001"));
}

TEST(Challenge, is_the_strongest_that_can_be_answered) {
  using Scheme = Challenge::Scheme;
  EXPECT_EQ(challenge({"Basic realm=\"a\"", "Digest realm=\"a\", nonce=\"n\""})->scheme, Scheme::digest_md5);
  EXPECT_EQ(
      challenge(
          {"Digest realm=\"a\", nonce=\"n\", algorithm=SHA-256, Digest realm=\"b\", nonce=\"m\", Basic realm=\"c\""})
          ->scheme,
      Scheme::digest_sha256);
  EXPECT_EQ(challenge({"Digest realm=\"a\", nonce=\"n\", algorithm=SHA-512-256", "Basic realm=\"b\""})->scheme,
            Scheme::basic);
  EXPECT_EQ(challenge({"Digest realm=\"a, b=\\\"c\\\"\", nonce=n,stale=true"})->realm, "a, b=\"c\"");
  EXPECT_TRUE(challenge({"Digest realm=\"a\", nonce=n,stale=true"})->stale);
  EXPECT_FALSE(challenge({"Negotiate", "Bearer realm=\"x\""}).has_value());
  EXPECT_FALSE(challenge({"Digest realm=\"a\", nonce=\"n\", qop=\"auth-int\""}).has_value());
  EXPECT_FALSE(challenge({}).has_value());
}

TEST(TransportHeader, is_read_as_servers_write_it) {
  const auto tcp = parse_transport("RTP/AVP/TCP;unicast;interleaved=4-5;ssrc=1A2B3C4D;mode=\"PLAY\"");
  EXPECT_TRUE(tcp.tcp);
  EXPECT_EQ(tcp.channels, (std::pair<std::uint8_t, std::uint8_t>(4, 5)));
  EXPECT_EQ(tcp.ssrc, 0x1A2B3C4DU);
  const auto udp = parse_transport("RTP/AVP;unicast;client_port=5000-5001;server_port=6970-6971");
  EXPECT_FALSE(udp.tcp);
  EXPECT_EQ(udp.server_ports, (std::pair<std::uint16_t, std::uint16_t>(6970, 6971)));
  EXPECT_EQ(parse_transport("RTP/AVP; Interleaved = 2").channels, (std::pair<std::uint8_t, std::uint8_t>(2, 3)));
  EXPECT_TRUE(parse_transport("RTP/AVP;multicast;port=1-2").multicast);
  EXPECT_FALSE(parse_transport("RTP/AVP/TCP;interleaved=300-301").channels.has_value());
}

TEST(SessionHeader, has_an_id_and_a_timeout) {
  EXPECT_EQ(parse_session("12345678")->timeout_s, 60U);
  EXPECT_EQ(parse_session("abc ; Timeout=15")->timeout_s, 15U);
  EXPECT_EQ(parse_session("abc ; Timeout=15")->id, "abc");
  EXPECT_EQ(parse_session("abc;timeout=x")->timeout_s, 60U);
  EXPECT_EQ(parse_session("abc;timeout=0")->timeout_s, 60U) << "no time at all is none that was said";
  EXPECT_FALSE(parse_session(";timeout=15").has_value());
  EXPECT_FALSE(parse_session("a b").has_value());
  EXPECT_FALSE(parse_session(std::string(300, 'a')).has_value());
}

}  // namespace
}  // namespace lyn::rtsp
