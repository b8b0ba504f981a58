# room.cmake - one library a room, from all sources in its folder.

# add_room(<name> <folder> [DEPENDS <libraries>...])
function(add_room name folder)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.hpp)
  if(sources)
    add_library(${name} STATIC ${sources})
    set(scope PUBLIC)
  elseif(headers)
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  else()
    return()
  endif()
  target_include_directories(${name} ${scope} ${PROJECT_SOURCE_DIR}/model ${PROJECT_SOURCE_DIR}/sw
                             ${PROJECT_SOURCE_DIR}/tb ${CARTOUCHE_GENERATED})
  target_link_libraries(${name} ${scope} ${ARG_DEPENDS})
endfunction()

# add_room_test(<name> SOURCES ... LIBRARIES ... [MAIN] [LABELS ...] [TIMEOUT seconds])
# One executable; each TEST in a process of its own, its parameters named as the source names them. MAIN: the
# sources bring their own main().
function(add_room_test name)
  cmake_parse_arguments(ARG "MAIN" "TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} GTest::gtest)
  if(NOT ARG_MAIN)
    target_link_libraries(${name} PRIVATE GTest::gtest_main)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
