# bin/lynceus, lib/lynceus/ for the one library that Debian 12 does not have, share/lynceus/ for the model and
# the sample clips, where the program looks for them. The font is the system's (fonts-dejavu-core).
include(GNUInstallDirs)
set(private_lib ${CMAKE_INSTALL_LIBDIR}/lynceus)
set_target_properties(lynceus PROPERTIES INSTALL_RPATH "$ORIGIN/../${private_lib}")

install(TARGETS lynceus RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(PROGRAMS ${LYN_ONNXRUNTIME_DIR}/lib/libonnxruntime.so.1 DESTINATION ${private_lib})
install(DIRECTORY models samples examples DESTINATION ${CMAKE_INSTALL_DATADIR}/lynceus PATTERN "*.py" EXCLUDE)
install(FILES LICENSE README.md CHANGELOG.md docs/LICENCES.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
