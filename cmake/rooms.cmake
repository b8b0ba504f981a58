# rooms.cmake - the rooms and who may include whom, in one place (docs/rooms.md; tests/rules checks it).
add_room(base sw/base)
add_room(port sw/port DEPENDS base)
add_room(driver sw/driver DEPENDS base port)
add_room(apdu sw/apdu DEPENDS base)

add_room(rf model/rf DEPENDS base port)
add_room(frame model/frame DEPENDS base port rf)
add_room(anticol model/anticol DEPENDS base port frame)
add_room(crypto1 model/crypto1 DEPENDS base port)
add_room(classic model/classic DEPENDS base port frame anticol crypto1)
add_room(block model/block DEPENDS base port rf frame)
add_room(pcd model/pcd DEPENDS base port rf frame crypto1)
add_room(aes model/aes DEPENDS base port cryptopp)
add_room(type2 model/type2 DEPENDS base port frame crypto1 aes)
add_room(nvm model/nvm DEPENDS base port)
add_room(store model/store DEPENDS base port nvm)
add_room(domain model/domain DEPENDS base port apdu nvm store aes cryptopp)
add_room(cardos model/cardos DEPENDS base port apdu nvm store aes domain)
add_room(loader model/loader DEPENDS base port apdu nvm store aes domain cardos)
add_room(contact model/contact DEPENDS base port apdu)
add_room(ble model/ble DEPENDS base port)
add_room(card model/card DEPENDS base port rf frame anticol crypto1 classic block type2 contact store
         systemc)
# SystemC's library wants an sc_main, our programs have their own main(): the stub lies in this room.
if(TARGET card)
  target_link_options(card PUBLIC -Wl,--undefined=sc_main)
endif()
add_room(field model/field DEPENDS base port rf frame pcd card systemc)

add_room(reader sw/reader DEPENDS base port apdu cryptopp)
add_room(link sw/link DEPENDS base port reader fmt::fmt spdlog::spdlog)
add_room(trace sw/trace DEPENDS base port frame crypto1 fmt::fmt nlohmann_json::nlohmann_json zip)
add_room(dump sw/dump DEPENDS base port fmt::fmt nlohmann_json::nlohmann_json)
add_room(cap sw/cap DEPENDS base fmt::fmt zip)

add_room(terminal sw/terminal TOGETHER DEPENDS base port apdu dump httplib fmt::fmt nlohmann_json::nlohmann_json
         Threads::Threads)
file(GLOB page CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/sw/terminal/page/*)
add_custom_command(OUTPUT ${CARTOUCHE_GENERATED}/terminal/page.cpp
  COMMAND ${CMAKE_COMMAND} -DFOLDER=${PROJECT_SOURCE_DIR}/sw/terminal/page
          -DOUT=${CARTOUCHE_GENERATED}/terminal/page.cpp -P ${PROJECT_SOURCE_DIR}/cmake/page.cmake
  DEPENDS ${page} ${PROJECT_SOURCE_DIR}/cmake/page.cmake)
target_sources(terminal PRIVATE ${CARTOUCHE_GENERATED}/terminal/page.cpp)

add_room(platform sw/platform TOGETHER DEPENDS base port apdu reader link cryptopp soci httplib fmt::fmt spdlog::spdlog
         nlohmann_json::nlohmann_json Threads::Threads)

add_room(ota sw/ota DEPENDS base port apdu reader link platform cryptopp fmt::fmt nlohmann_json::nlohmann_json)

add_room(services sw/services TOGETHER DEPENDS base port apdu reader link platform ota cryptopp soci fmt::fmt spdlog::spdlog
         nlohmann_json::nlohmann_json Threads::Threads)

add_room(control sw/control TOGETHER DEPENDS base port apdu reader link aes cryptopp fmt::fmt Threads::Threads)

add_room(fleet sw/fleet TOGETHER DEPENDS base port apdu reader link platform control fmt::fmt nlohmann_json::nlohmann_json)

add_room(checker tb/checker DEPENDS base port rf frame)

add_rtl(top_sniffer_rtl rtl/top/top_sniffer.sv)
add_room(recording tb/recording DEPENDS base port)
target_link_libraries(recording PRIVATE top_sniffer_rtl)

add_rtl(rtl_top_listen tb/curves/sim_listen.sv)
add_rtl(rtl_rf_manchester_decoder rtl/rf/rf_manchester_decoder.sv)
add_rtl(rtl_rf_bpsk_decoder rtl/rf/rf_bpsk_decoder.sv MUTABLE)
add_room(curves tb/curves DEPENDS base port rf fmt::fmt nlohmann_json::nlohmann_json)
target_link_libraries(curves PRIVATE rtl_top_listen rtl_rf_manchester_decoder rtl_rf_bpsk_decoder)

add_subdirectory(${PROJECT_SOURCE_DIR}/tb)

add_rtl(sim_board tb/board/sim_board.sv ARGS -y ${PROJECT_SOURCE_DIR}/tb/verilated)
add_room(board_world tb/board DEPENDS base port driver)
target_link_libraries(board_world PRIVATE sim_board air_parts)

add_room(lab tb/lab TOGETHER APART ${PROJECT_SOURCE_DIR}/tb/lab/platform_lab.cpp
         DEPENDS base port apdu reader link platform ota services fmt::fmt)
file(GLOB campaigns CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tb/flows/*_campaign.cpp)
add_room(flows tb/flows TOGETHER APART ${campaigns}
         DEPENDS base port rf apdu store aes domain cardos loader contact ble field verilated lockstep reader
         link cap dump trace lab platform ota control rtl_reader fmt::fmt spdlog::spdlog)

# The program.
add_room(cli sw/cli TOGETHER DEPENDS base port apdu store aes domain cardos loader contact field verilated lockstep flows terminal platform services
         recording board_world reader link trace dump cap control fleet CLI11::CLI11 nlohmann_json::nlohmann_json fmt::fmt Threads::Threads)
add_executable(cartouche ${PROJECT_SOURCE_DIR}/sw/cli/main.cpp)
target_compile_definitions(cartouche PRIVATE CARTOUCHE_VERSION="${PROJECT_VERSION}")
target_link_libraries(cartouche PRIVATE cli)
