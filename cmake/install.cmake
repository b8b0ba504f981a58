# install.cmake - what `cmake --install` puts where: the program, the rooms that others build on as the CMake package
# Cartouche (docs/integrate.md), the RTL with its package of registers.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Card and reader as a model, with nothing above them: no RTL simulation, no platforms.
set(installed_rooms base port apdu driver rf frame anticol crypto1 classic block pcd aes type2 nvm store domain cardos loader
    contact ble card field reader link trace dump cap)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Cartouche)

install(TARGETS cartouche RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS ${installed_rooms} systemc cryptopp zip EXPORT Cartouche
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/cartouche)
install(EXPORT Cartouche NAMESPACE Cartouche:: FILE CartoucheTargets.cmake DESTINATION ${package_folder})
foreach(tree sw model)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${tree}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/cartouche
          FILES_MATCHING PATTERN "*.hpp")
endforeach()
install(DIRECTORY ${CARTOUCHE_GENERATED}/driver DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/cartouche
        FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/rtl DESTINATION ${CMAKE_INSTALL_DATADIR}/cartouche)
install(FILES ${CARTOUCHE_GENERATED}/nfc_reg_pkg.sv DESTINATION ${CMAKE_INSTALL_DATADIR}/cartouche/rtl/pkg)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/CartoucheConfig.cmake.in
  ${PROJECT_BINARY_DIR}/CartoucheConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/CartoucheConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/CartoucheConfig.cmake ${PROJECT_BINARY_DIR}/CartoucheConfigVersion.cmake
        DESTINATION ${package_folder})
