# rtl.cmake - Verilated modules as libraries.

find_program(VERILATOR_BIN verilator REQUIRED)

file(GLOB CARTOUCHE_RTL_FOLDERS CONFIGURE_DEPENDS LIST_DIRECTORIES true ${PROJECT_SOURCE_DIR}/rtl/*)
list(FILTER CARTOUCHE_RTL_FOLDERS EXCLUDE REGEX "\\.[a-z]+$")
set(CARTOUCHE_RTL_SEARCH)
foreach(folder IN LISTS CARTOUCHE_MUTANTS CARTOUCHE_SWITCHABLE)
  list(APPEND CARTOUCHE_RTL_SEARCH -y ${folder})
endforeach()
foreach(folder IN LISTS CARTOUCHE_RTL_FOLDERS)
  list(APPEND CARTOUCHE_RTL_SEARCH -y ${folder})
endforeach()

# What all Verilated code stands on, once instead of in each library; with what any of them may ask of it.
set(CARTOUCHE_RUNTIME_FOLDER ${verilator_DIR}/include)
add_library(verilator_runtime STATIC
  ${CARTOUCHE_RUNTIME_FOLDER}/verilated.cpp ${CARTOUCHE_RUNTIME_FOLDER}/verilated_threads.cpp
  ${CARTOUCHE_RUNTIME_FOLDER}/verilated_dpi.cpp ${CARTOUCHE_RUNTIME_FOLDER}/verilated_fst_c.cpp
  ${CARTOUCHE_RUNTIME_FOLDER}/verilated_cov.cpp)
target_include_directories(verilator_runtime SYSTEM PUBLIC ${CARTOUCHE_RUNTIME_FOLDER} ${CARTOUCHE_RUNTIME_FOLDER}/vltstd)
target_compile_definitions(verilator_runtime PRIVATE VM_COVERAGE=1 VM_SC=0 VM_TRACE=1 VM_TRACE_VCD=0 VM_TRACE_FST=1)
target_compile_options(verilator_runtime PRIVATE -w -O3 -march=native)
if(CARTOUCHE_SANITIZE)
  target_compile_options(verilator_runtime PRIVATE -O1 -fno-sanitize=all)
endif()
target_link_libraries(verilator_runtime PUBLIC ZLIB::ZLIB Threads::Threads)

# add_rtl(<library> <top source> [TRACE] [MUTABLE] [ARGS <verilator arguments>...] [SOURCES <further sources>...])
# Verilates the module of <top source> (file = module) into the static library <library> with class
# V<library>. Modules it uses are found by name in rtl/*. MUTABLE: the top itself may be a mutant.
function(add_rtl library top)
  cmake_parse_arguments(ARG "TRACE;MUTABLE" "" "ARGS;SOURCES" ${ARGN})
  get_filename_component(module ${top} NAME_WE)
  set(top_source ${PROJECT_SOURCE_DIR}/${top})
  if(ARG_MUTABLE AND CARTOUCHE_MUTANTS AND EXISTS ${CARTOUCHE_MUTANTS}/${module}.sv)
    set(top_source ${CARTOUCHE_MUTANTS}/${module}.sv)
  endif()
  # verilate() runs at configure time: one broken module must not keep everything else from building.
  execute_process(
    COMMAND ${VERILATOR_BIN} --lint-only -Wall -Wno-fatal --assert ${CARTOUCHE_RTL_SEARCH} -I${PROJECT_SOURCE_DIR}/rtl/common
            ${ARG_ARGS} ${PROJECT_SOURCE_DIR}/rtl/lint.vlt ${CARTOUCHE_RTL_PACKAGES}
            ${top_source} ${ARG_SOURCES} --top-module ${module}
    RESULT_VARIABLE broken OUTPUT_QUIET ERROR_VARIABLE errors)
  if(broken)
    message(WARNING "${library} is left out, ${top} does not compile:\n${errors}")
    return()
  endif()
  add_library(${library} STATIC)
  set(arguments -Wall --assert -O3 --x-assign fast --x-initial fast ${CARTOUCHE_RTL_SEARCH} ${ARG_ARGS})
  if(CARTOUCHE_MUTANTS OR CARTOUCHE_SWITCHABLE)  # made by a script, not ours to lint
    list(APPEND arguments -Wno-lint -Wno-style -Wno-fatal)
    target_sources(${library} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/mutant.cpp)
  endif()
  if(CARTOUCHE_MUTANTS)  # netlists: names inside are others
    target_compile_definitions(${library} INTERFACE CARTOUCHE_MUTANTS)
  endif()
  if(CARTOUCHE_COVERAGE)
    list(APPEND arguments --coverage-line --coverage-toggle)
    target_compile_definitions(${library} INTERFACE CARTOUCHE_COVERAGE)
  endif()
  set(trace)
  if(ARG_TRACE)
    set(trace TRACE_FST)
  endif()
  # verilate() would go on using a list of sources one of which has another name now.
  set(listed ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${library}.dir/V${library}.dir/V${library}_copy.cmake)
  if(EXISTS ${listed})
    include(${listed})
    foreach(source IN LISTS V${library}_DEPS)
      if(NOT EXISTS ${source})
        file(REMOVE ${listed})
      endif()
    endforeach()
  endif()
  verilate(${library} ${trace} PREFIX V${library} TOP_MODULE ${module}
    INCLUDE_DIRS ${PROJECT_SOURCE_DIR}/rtl/common
    SOURCES ${PROJECT_SOURCE_DIR}/rtl/lint.vlt ${CARTOUCHE_RTL_PACKAGES}
            ${top_source} ${ARG_SOURCES}
    VERILATOR_ARGS ${arguments}
    OPT_SLOW -O0)  # what runs once, at the start: half of the code
  get_target_property(sources ${library} SOURCES)
  list(FILTER sources EXCLUDE REGEX "^${CARTOUCHE_RUNTIME_FOLDER}/.*\\.cpp$")
  set_property(TARGET ${library} PROPERTY SOURCES ${sources})
  target_link_libraries(${library} PUBLIC verilator_runtime)
  # Generated code is not ours to warn about; it is what a simulation spends its time in.
  target_compile_options(${library} PRIVATE -w -O3 -march=native)
  if(CARTOUCHE_SANITIZE)  # what runs long on the RTL is left out there
    target_compile_options(${library} PRIVATE -O1 -fno-sanitize=all)
  endif()
  get_target_property(headers ${library} INTERFACE_INCLUDE_DIRECTORIES)
  set_target_properties(${library} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${headers}")
  target_include_directories(${library} INTERFACE ${PROJECT_SOURCE_DIR}/tb)  # verilated/coverage.hpp
endfunction()
