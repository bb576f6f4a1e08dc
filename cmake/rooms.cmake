# Line tables and names are what stack traces and profilers need; the rest doubles the work of the linker (preset `debug` has it).
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
# GNU ld takes twice as long; gold is part of the same package.
find_program(LYN_GOLD ld.gold)
if(LYN_GOLD)
  add_link_options(-fuse-ld=gold)
endif()

# One static library a room, each with the same warnings as errors.
add_library(lyn_flags INTERFACE)
target_compile_options(lyn_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
  # Pixels and boxes come out the same on every device: no fused multiply-add (DESIGN 4).
  -ffp-contract=off)
target_include_directories(lyn_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
target_link_libraries(lyn_flags INTERFACE Threads::Threads)

# lyn_room(<folder below src> [<library>...]): target lyn_<folder with _>, from all its .cpp files.
function(lyn_room folder)
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cpp)
  if(NOT sources)
    add_library(lyn_${name} INTERFACE)
    target_link_libraries(lyn_${name} INTERFACE lyn_flags ${ARGN})
    return()
  endif()
  add_library(lyn_${name} STATIC ${sources})
  target_link_libraries(lyn_${name} PUBLIC lyn_flags ${ARGN})
endfunction()
