# LYN_SANITIZE ("address,undefined" or "thread") and LYN_COVERAGE, as the presets set them.
set(LYN_SANITIZE "" CACHE STRING "Sanitizers to compile in, e.g. \"address,undefined\"")
option(LYN_FUZZ "Build libFuzzer programs (clang only; tests/fuzz)" OFF)
option(LYN_COVERAGE "Count executed lines (gcov)" OFF)

if(LYN_SANITIZE)
  # -O1 -g1 and live assertions: what a sanitizer needs, and half the time to compile.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
  add_compile_options(-fsanitize=${LYN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LYN_SANITIZE})
  # Instrumented code confuses GCC's flow warnings; the release build is the one that holds them.
  target_compile_options(lyn_flags INTERFACE -Wno-error)
endif()

if(LYN_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "LYN_FUZZ needs clang: use the preset `fuzz`")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(LYN_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
