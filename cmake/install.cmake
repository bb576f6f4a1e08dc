# bin/lynceus, lib/lynceus/ for the one library that Debian 12 does not have, share/lynceus/ for the model and
# the sample clips, where the program looks for them. The font is the system's (fonts-dejavu-core).
# Components: `library` (liblynceus.so), `development` (headers and find_package(lynceus)), the rest.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(private_lib ${CMAKE_INSTALL_LIBDIR}/lynceus)
set_target_properties(lynceus PROPERTIES INSTALL_RPATH "$ORIGIN/../${private_lib}")
set_target_properties(liblynceus PROPERTIES INSTALL_RPATH "$ORIGIN/lynceus")

install(TARGETS lynceus RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(PROGRAMS ${LYN_ONNXRUNTIME_DIR}/lib/libonnxruntime.so.1 DESTINATION ${private_lib} COMPONENT library)
# With `./lynceus setup gpu`: the providers go along, NVIDIA's libraries stay where they are.
install(DIRECTORY ${LYN_ONNXRUNTIME_DIR}/lib/ DESTINATION ${private_lib} COMPONENT library
  FILES_MATCHING PATTERN "libonnxruntime_providers_*.so")
install(DIRECTORY models samples examples DESTINATION ${CMAKE_INSTALL_DATADIR}/lynceus PATTERN "*.py" EXCLUDE)
install(FILES LICENSE README.md CHANGELOG.md docs/LICENCES.md docs/CPP_API.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/lynceus)
install(TARGETS liblynceus EXPORT lynceus
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT development)
install(DIRECTORY include/lynceus DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(EXPORT lynceus NAMESPACE lynceus:: FILE lynceusConfig.cmake DESTINATION ${package_folder}
  COMPONENT development)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/lynceusConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/lynceusConfigVersion.cmake DESTINATION ${package_folder} COMPONENT development)
