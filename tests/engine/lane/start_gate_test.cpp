#include "engine/lane/start_gate.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

struct Camera final : StartGate::Client {
  void on_turn() override { ++turns; }
  int turns = 0;
};

TEST(StartGate, LetsAsManyInAsItSays) {
  StartGate gate(2);
  Camera a, b, c;
  EXPECT_TRUE(gate.ask(a));
  EXPECT_TRUE(gate.ask(b));
  EXPECT_FALSE(gate.ask(c));
  EXPECT_EQ(c.turns, 0);
}

TEST(StartGate, GivesTurnsInTheOrderOfAsking) {
  StartGate gate(1);
  Camera a, b, c;
  ASSERT_TRUE(gate.ask(a));
  ASSERT_FALSE(gate.ask(b));
  ASSERT_FALSE(gate.ask(c));
  gate.done(a);
  EXPECT_EQ(b.turns, 1);
  EXPECT_EQ(c.turns, 0);
  gate.done(b);
  EXPECT_EQ(c.turns, 1);
  gate.done(c);
  EXPECT_TRUE(gate.ask(a)) << "all turns were given back";
}

TEST(StartGate, ForgetsWhoLeavesTheLine) {
  StartGate gate(1);
  Camera a, leaves, c;
  ASSERT_TRUE(gate.ask(a));
  ASSERT_FALSE(gate.ask(leaves));
  ASSERT_FALSE(gate.ask(c));
  gate.done(leaves);
  gate.done(a);
  EXPECT_EQ(leaves.turns, 0);
  EXPECT_EQ(c.turns, 1);
}

TEST(StartGate, TakesNoTurnBackThatWasNotGiven) {
  StartGate gate(1);
  Camera a, b, stranger;
  ASSERT_TRUE(gate.ask(a));
  gate.done(stranger);
  EXPECT_FALSE(gate.ask(b));
  gate.done(a);
  gate.done(a);
  EXPECT_EQ(b.turns, 1);
  EXPECT_FALSE(gate.ask(a)) << "giving a turn back twice made a second one";
}

}  // namespace
}  // namespace lyn
