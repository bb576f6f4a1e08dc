#pragma once

/// Marks what liblynceus.so lets others link to. Everything else in it stays inside.
#define LYN_API __attribute__((visibility("default")))
