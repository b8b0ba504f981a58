# registers.cmake - the register maps of rtl/bus/registers.json as SystemVerilog, as C++ and as a page to read, in
# the build tree: ${CARTOUCHE_GENERATED}/nfc_reg_pkg.sv, driver/<block>_registers.hpp, registers.md.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

set(CARTOUCHE_GENERATED ${PROJECT_BINARY_DIR}/generated)
set(generator ${PROJECT_SOURCE_DIR}/scripts/registers.py)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${generator} ${PROJECT_SOURCE_DIR}/rtl/bus/registers.json)
foreach(job "sv;nfc_reg_pkg.sv" "headers;driver" "page;registers.md")
  list(GET job 0 what)
  list(GET job 1 where)
  execute_process(COMMAND ${Python3_EXECUTABLE} ${generator} ${what} --out ${CARTOUCHE_GENERATED}/${where}
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()

# Every Verilated module reads these first.
set(CARTOUCHE_RTL_PACKAGES ${PROJECT_SOURCE_DIR}/rtl/pkg/nfc_pkg.sv ${CARTOUCHE_GENERATED}/nfc_reg_pkg.sv)
