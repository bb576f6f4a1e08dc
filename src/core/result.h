#pragma once

#include <utility>

#include "lynceus/result.h"

#define LYN_CONCAT_INNER(a, b) a##b
#define LYN_CONCAT(a, b) LYN_CONCAT_INNER(a, b)

/// `LYN_TRY(auto x, f());` gives x the value of f(), or returns f()'s error from this function.
#define LYN_TRY(declaration, expression)                                              \
  auto LYN_CONCAT(lyn_try_, __LINE__) = (expression);                                 \
  if (!LYN_CONCAT(lyn_try_, __LINE__)) return LYN_CONCAT(lyn_try_, __LINE__).error(); \
  declaration = std::move(*LYN_CONCAT(lyn_try_, __LINE__))

/// `LYN_CHECK(f());` returns f()'s error from this function, if it has one.
#define LYN_CHECK(expression) \
  if (auto lyn_check = (expression); !lyn_check) return lyn_check.error()
