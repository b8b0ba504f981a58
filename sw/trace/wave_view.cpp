#include "trace/wave_view.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>

namespace trace {
namespace {

enum class Look : unsigned {
    Heading = 0x200,
    Bit = 0x28,
    Hex = 0x22,
    Analog = 0x8024  ///< steps, drawn three rows high
};

struct Row {
    Look look;
    const char* name;
};

constexpr std::array Rows{
    Row{Look::Heading, "air"},
    Row{Look::Bit, "sim_field.carrier"},
    Row{Look::Bit, "sim_field.pause"},
    Row{Look::Bit, "sim_field.load[0:0]"},
    Row{Look::Analog, "sim_field.picc_level[7:0]"},
    Row{Look::Analog, "sim_field.pcd_level[11:0]"},
    Row{Look::Heading, "reader"},
    Row{Look::Hex, "sim_field.u_top_pcd.u_top_pcd_logic.u_sequencer.state_q[2:0]"},
    Row{Look::Bit, "sim_field.irq"},
    Row{Look::Heading, "card: hears"},
    Row{Look::Bit, "sim_field.powered[0:0]"},
    Row{Look::Bit, "sim_field.g_card[0].u_top_picc.u_top_picc_radio.u_top_listen.u_rf_pause_receiver.pause_start_o"},
    Row{Look::Bit, "sim_field.g_card[0].u_top_picc.u_top_picc_radio.u_top_listen.u_rf_pause_receiver.pause_end_o"},
    Row{Look::Bit, "sim_field.g_card[0].u_top_picc.u_top_picc_radio.u_top_listen.u_rf_miller_decoder.sof_o"},
    Row{Look::Bit, "sim_field.g_card[0].u_top_picc.u_top_picc_radio.u_top_listen.u_rf_miller_decoder.bit_valid_o"},
    Row{Look::Bit, "sim_field.g_card[0].u_top_picc.u_top_picc_radio.u_top_listen.u_rf_miller_decoder.bit_o"},
    Row{Look::Bit, "sim_field.g_card[0].u_top_picc.u_top_picc_radio.u_top_listen.u_rf_miller_decoder.eof_o"},
    Row{Look::Hex, "sim_field.g_card[0].u_top_picc.u_top_picc_logic.u_frame_receiver.byte_o[7:0]"},
    Row{Look::Heading, "card: thinks"},
    Row{Look::Hex, "sim_field.g_card[0].u_top_picc.u_top_picc_logic.u_top_activation.u_anticol_state.state_q[1:0]"},
    Row{Look::Hex, "sim_field.g_card[0].u_top_picc.u_top_picc_logic.u_top_memory.g_classic.u_classic_engine.state_q[3:0]"},
    Row{Look::Hex, "sim_field.g_card[0].u_top_picc.u_top_picc_logic.u_crypto1_cipher.state_q[47:0]"},
    Row{Look::Bit, "sim_field.store_valid[0:0]"},
    Row{Look::Hex, "sim_field.store_block_o[8:0]"},
    Row{Look::Heading, "card: answers"},
    Row{Look::Bit, "sim_field.g_card[0].u_top_picc.u_top_picc_radio.u_frame_fdt_timer.start_o"},
    Row{Look::Bit, "sim_field.g_card[0].u_top_picc.load_o"},
};

}  // namespace

std::string gtkwave_view(const std::string& fst) {
    std::string view = fmt::format("[dumpfile] \"{}\"\n[timestart] 0\n[size] 1600 900\n",
                                   std::filesystem::absolute(fst).lexically_normal().string());
    for (const Row& row : Rows) {
        view += fmt::format("@{:x}\n{}{}\n", static_cast<unsigned>(row.look),
                            row.look == Look::Heading ? "-" : "", row.name);
        if (row.look == Look::Analog) view += "@20000\n-\n-\n";
    }
    return view;
}

}  // namespace trace
