// The table of docs/rooms.md as a test: no file includes a room it may not, no RTL room names
// another's module.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;
using Rooms = std::set<std::string>;

const Rooms Model = {"base",  "port", "rf",  "frame",   "anticol", "crypto1", "classic", "type2",
                     "block", "pcd",  "aes", "contact", "nvm",     "store",   "card",    "field"};

Rooms model_and(const Rooms& more) {
    Rooms rooms = Model;
    rooms.insert(more.begin(), more.end());
    return rooms;
}

/// Room -> rooms it may include besides itself. A room that may include everything is not listed.
const std::map<std::string, Rooms> MayInclude = {
    {"sw/base", {}},
    {"sw/port", {"base"}},
    {"sw/driver", {"base", "port"}},
    {"sw/apdu", {"base"}},
    {"sw/cap", {"base"}},
    {"sw/reader", {"base", "port", "apdu"}},
    {"sw/link", {"base", "port", "apdu", "reader"}},
    {"sw/ota", {"base", "port", "apdu", "reader", "link", "platform"}},
    {"sw/platform", {"base", "port", "apdu", "reader", "link"}},
    {"sw/services", {"base", "port", "apdu", "reader", "link", "platform", "ota"}},
    {"sw/control", {"base", "port", "apdu", "reader", "link", "aes"}},
    {"sw/fleet", {"base", "port", "apdu", "reader", "link", "platform", "control"}},
    {"sw/terminal", {"base", "port", "apdu", "dump"}},
    {"sw/trace", {"base", "port", "frame", "crypto1"}},
    {"sw/dump", {"base", "port", "frame", "crypto1"}},
    {"model/rf", {"base", "port"}},
    {"model/frame", {"base", "port", "rf"}},
    {"model/anticol", {"base", "port", "rf", "frame"}},
    {"model/crypto1", {"base", "port", "rf", "frame"}},
    {"model/classic", {"base", "port", "rf", "frame", "anticol", "crypto1"}},
    {"model/type2", {"base", "port", "rf", "frame", "crypto1", "aes"}},
    {"model/block", {"base", "port", "rf", "frame"}},
    {"model/pcd", {"base", "port", "rf", "frame", "crypto1"}},
    {"model/aes", {"base", "port"}},
    {"model/ble", {"base", "port"}},
    {"model/cardos", {"base", "port", "apdu", "nvm", "store", "aes", "domain"}},
    {"model/domain", {"base", "port", "apdu", "nvm", "store", "aes"}},
    {"model/contact", {"base", "port", "apdu"}},
    {"model/loader", {"base", "port", "apdu", "nvm", "store", "aes", "domain", "cardos"}},
    {"model/nvm", {"base", "port"}},
    {"model/store", {"base", "port", "nvm"}},
    {"model/card", Model},
    {"model/field", Model},
    {"tb/verilated", model_and({"driver", "trace", "checker"})},
    {"tb/lockstep", model_and({"driver", "trace", "checker", "verilated"})},
    {"tb/curves", model_and({"verilated"})},
    {"tb/board", model_and({"driver", "verilated"})},
    {"tb/recording", model_and({"trace", "verilated"})},
    {"tb/lab", {"base", "port", "apdu", "reader", "link", "platform", "ota", "services"}},
    {"tb/checker", model_and({"driver", "trace"})},
};

const Rooms MayIncludeAll = {"sw/cli", "tb/flows"};
const Rooms SystemCLivesIn = {"model/card", "model/field"};

template <typename Visit>
void each_file(const std::set<std::string>& extensions, const fs::path& top, Visit visit) {
    for (const auto& entry : fs::recursive_directory_iterator{top})
        if (entry.is_regular_file() && extensions.contains(entry.path().extension()))
            visit(entry.path());
}

TEST(Rules, EveryIncludePointsDownTheMap) {
    const std::regex include{R"(^#include "([a-z0-9]+)/)"};
    const std::regex systemc{R"(^#include <(systemc|tlm)|^#include <tlm_utils)"};
    for (const fs::path top : {"model", "sw", "tb"}) {
        each_file({".hpp", ".cpp"}, top, [&](const fs::path& path) {
            const std::string room = path.parent_path().generic_string();
            if (MayIncludeAll.contains(room)) return;
            ASSERT_TRUE(MayInclude.contains(room)) << path << " lies in no known room";
            std::ifstream file{path};
            for (std::string line; std::getline(file, line);) {
                if (std::regex_search(line, systemc)) {
                    EXPECT_TRUE(SystemCLivesIn.contains(room)) << path << ": " << line;
                }
                std::smatch match;
                if (!std::regex_search(line, match, include)) continue;
                if (match[1] == path.parent_path().filename().string()) continue;
                EXPECT_TRUE(MayInclude.at(room).contains(match[1])) << path << ": " << line;
            }
        });
    }
}

TEST(Rules, EveryRtlModuleIsNamedAfterItsRoomAndFile) {
    const std::regex module{R"(^module (\w+))"};
    each_file({".sv"}, "rtl", [&](const fs::path& path) {
        const std::string room = path.parent_path().filename();
        const std::string name = path.stem();
        EXPECT_EQ(name.rfind(room == "pkg" ? "nfc" : room, 0), 0U) << path;
        std::ifstream file{path};
        for (std::string line; std::getline(file, line);) {
            std::smatch match;
            if (std::regex_search(line, match, module)) {
                EXPECT_EQ(match[1], name) << path;
            }
        }
    });
}

TEST(Rules, NoConstantIsAFillLiteral) {
    // Yosys 0.23 reads `localparam logic [5:0] X = '1` as 1, Verilator as 63: the netlist differs
    // from the RTL.
    const std::regex fill{R"((localparam|parameter).*=\s*'1)"};
    each_file({".sv"}, "rtl", [&](const fs::path& path) {
        std::ifstream file{path};
        for (std::string line; std::getline(file, line);) {
            EXPECT_FALSE(std::regex_search(line, fill)) << path << ": " << line;
        }
    });
}

TEST(Rules, OnlyTopsWireRoomsTogether) {
    const std::regex instance{R"(^\s+([a-z0-9]+)_\w+\s+(#\(.*)?u_\w+)"};
    each_file({".sv"}, "rtl", [&](const fs::path& path) {
        const std::string room = path.parent_path().filename();
        if (room == "top" || room == "board") return;
        std::ifstream file{path};
        for (std::string line; std::getline(file, line);) {
            std::smatch match;
            if (!std::regex_search(line, match, instance)) continue;
            EXPECT_TRUE(match[1] == room || match[1] == "common") << path << ": " << line;
        }
    });
}

}  // namespace
