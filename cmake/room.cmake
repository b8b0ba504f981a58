# room.cmake - one library a room, from all sources in its folder.

# add_room(<name> <folder> [TOGETHER [APART <sources>...]] [DEPENDS <libraries>...])
# TOGETHER: eight sources are compiled as one, in rooms whose headers take most of a compiler's time; so names in
# their unnamed namespaces must not clash. APART: all but these.
function(add_room name folder)
  cmake_parse_arguments(ARG "TOGETHER" "" "DEPENDS;APART" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.hpp)
  if(sources)
    add_library(${name} STATIC ${sources})
    if(ARG_TOGETHER)
      set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
      set_source_files_properties(${ARG_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
    set(scope PUBLIC)
  elseif(headers)
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  else()
    return()
  endif()
  foreach(folder ${PROJECT_SOURCE_DIR}/model ${PROJECT_SOURCE_DIR}/sw ${PROJECT_SOURCE_DIR}/tb ${CARTOUCHE_GENERATED})
    target_include_directories(${name} ${scope} $<BUILD_INTERFACE:${folder}>)
  endforeach()
  target_include_directories(${name} ${scope} $<INSTALL_INTERFACE:include/cartouche>)
  target_compile_features(${name} ${scope} cxx_std_20)
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
  if(CARTOUCHE_SANITIZE)  # rooms run under sanitizers for long, tests compile under them for long
    target_compile_options(${name} PRIVATE -O0)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
