#include "stages/decode/damage_notes.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

Packet packet_of(bool key, bool corrupt = false) {
  Packet packet;
  packet.key = key;
  packet.corrupt = corrupt;
  return packet;
}

TEST(DamageNotes, trust_a_sound_stream) {
  DamageNotes notes(true);
  const auto number = notes.sent(packet_of(true), true);
  notes.picture_taken(number);
  EXPECT_FALSE(notes.is_damaged(number, false));
}

TEST(DamageNotes, spread_damage_of_a_reference_to_the_end_of_its_gop) {
  DamageNotes notes(true);
  const auto key = notes.sent(packet_of(true), true);
  const auto bad = notes.sent(packet_of(false, true), true);
  const auto after = notes.sent(packet_of(false), true);
  const auto next = notes.sent(packet_of(true), true);
  EXPECT_FALSE(notes.is_damaged(key, false));
  EXPECT_TRUE(notes.is_damaged(bad, false));
  EXPECT_TRUE(notes.is_damaged(after, false));
  EXPECT_FALSE(notes.is_damaged(next, false));
}

TEST(DamageNotes, keep_damage_of_a_disposable_picture_to_itself) {
  DamageNotes notes(true);
  (void)notes.sent(packet_of(true), true);
  const auto bad = notes.sent(packet_of(false), false);
  const auto after = notes.sent(packet_of(false), true);
  EXPECT_TRUE(notes.is_damaged(bad, true));
  EXPECT_FALSE(notes.is_damaged(after, false));
}

TEST(DamageNotes, see_pictures_that_the_decoder_made_up) {
  DamageNotes notes(true);
  const auto number = notes.sent(packet_of(true), true);
  notes.picture_taken(number);
  notes.picture_taken(number);
  EXPECT_TRUE(notes.is_damaged(number, false));
}

TEST(DamageNotes, allow_hidden_pictures_where_a_codec_has_them) {
  DamageNotes notes(false);
  const auto number = notes.sent(packet_of(true), true);
  notes.picture_taken(number);
  notes.picture_taken(number);
  EXPECT_FALSE(notes.is_damaged(number, false));
}

TEST(DamageNotes, spread_from_a_packet_that_gave_nothing) {
  DamageNotes notes(true);
  (void)notes.sent(packet_of(true), true);
  notes.lost(notes.sent(packet_of(false), true));
  EXPECT_TRUE(notes.is_damaged(notes.sent(packet_of(false), true), false));
}

}  // namespace
}  // namespace lyn
