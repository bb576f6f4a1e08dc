# Everything Lynceus links to. Debian packages, and ONNX Runtime as scripts/setup lays it into .deps/.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil)
pkg_check_modules(DAV1D REQUIRED IMPORTED_TARGET dav1d)
pkg_check_modules(FREETYPE REQUIRED IMPORTED_TARGET freetype2)
pkg_check_modules(YAMLCPP REQUIRED IMPORTED_TARGET yaml-cpp)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(OpenSSL REQUIRED COMPONENTS Crypto SSL)
find_package(Boost 1.81 REQUIRED)

set(LYN_ONNXRUNTIME_DIR ${CMAKE_SOURCE_DIR}/.deps/onnxruntime CACHE PATH "ONNX Runtime headers and library")
add_library(onnxruntime SHARED IMPORTED)
set_target_properties(onnxruntime PROPERTIES
  IMPORTED_LOCATION ${LYN_ONNXRUNTIME_DIR}/lib/libonnxruntime.so.1
  INTERFACE_INCLUDE_DIRECTORIES ${LYN_ONNXRUNTIME_DIR}/include)

# ccache, when it is there, for every compilation.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
