// demo.cpp - `cartouche demo`: one card's sector read, changed, re-keyed and read back.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/delivery_key.hpp"
#include "cli/failure.hpp"
#include "cli/field_cards.hpp"
#include "cli/sinks.hpp"
#include "cli/tour.hpp"
#include "reader/reader.hpp"

namespace cli {
namespace {

using reader::KeyKind;
using reader::Status;

constexpr std::uint8_t DataBlock = 4;  // first block of sector 1
constexpr std::uint8_t Trailer = 7;
const base::SectorKey NewKey{{0x43, 0x61, 0x72, 0x74, 0x6F, 0x75}};
constexpr std::string_view Text = "Hello from RTL!";

struct DemoOptions {
    WorldOptions world{.level = Level::Both};
    SinkOptions sinks{};
    bool all = false;
    std::filesystem::path keep{};  ///< where the card's image is left; empty: nowhere
};

/// A folder that goes with its content.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "cartouche-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr)
            throw Failure{JobFailed, "no temporary folder: " + name};
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

/// Runs the steps and prints a row for each.
class Demo {
public:
    explicit Demo(const DemoOptions& options)
        : level_{options.world.level},
          keep_{options.keep},
          image_{make_image()},
          cards_{options.world, {}},
          sinks_{options.sinks, cards_.world()},
          reader_{cards_.world()} {
        cards_.place(0, image_);
    }

    void run() {
        const auto begin = std::chrono::steady_clock::now();
        introduce();
        activate("find the card");
        authenticate("authenticate sector 1, key A", DeliveryKey, true);
        step("read block 4", [&] { return "holds " + read(); });
        step("write block 4", [&] { return write(DataBlock, text_block()); });
        step("read it back", [&] { return same_text(); });
        step("give sector 1 a new key A", [&] { return write(Trailer, new_trailer()); });
        reset();
        activate("field off and on, find it again");
        authenticate("authenticate with the old key", DeliveryKey, false);
        activate("find it again");
        authenticate("authenticate with the new key", NewKey, true);
        step("read block 4", [&] { return same_text(); });
        step("save the image, look into the file", [&] { return look_into_file(); });
        finish(cards_.world());
        sinks_.finish();
        summarise(std::chrono::steady_clock::now() - begin);
    }

private:
    std::filesystem::path make_image() const {
        const base::Bytes uid{0x10, 0xE2, 0xF0, 0xA1};
        const auto path = folder_.path() / "demo.mfd";
        constexpr auto Kind = port::CardKind::Classic1k;
        dump::save(dump::fresh(Kind, uid, dump::default_identity(Kind, uid.size())), path);
        return path;
    }

    void introduce() const {
        std::string who;
        switch (level_) {
            case Level::Tlm:
                who = "The SystemC model of reader, air and card plays all of this.";
                break;
            case Level::Rtl:
                who =
                    "Reader and card are Verilated RTL, joined by one level of the field per tick.";
                break;
            case Level::Both:
                who =
                    "Reader and card are Verilated RTL, joined by one level of the field per "
                    "tick;\n"
                    "a SystemC model of the same runs beside them and must do the same, bit for "
                    "bit.";
                break;
        }
        fmt::print("A fresh MIFARE Classic 1K card meets a reader. {}\n\n", who);
        fmt::print("  {:<36} {:<36} {:>9} {:>9} {:>7}\n", "step", "result", "ticks", "ms",
                   "frames");
    }

    /// `action` returns the result for the user, or throws Failure.
    template <class Action>
    void step(const std::string& name, Action action) {
        const base::Tick from = cards_.world().now();
        const std::uint64_t frames = sinks_.frames();
        const std::string result = action();
        // The last frame counts for this step, though it may be seen only when it is over.
        const base::Tick to = cards_.world().now();
        cards_.world().wait_until(to);
        const base::Tick ticks = to - from;
        fmt::print("  {:<36} {:<36} {:>9} {:>9.3f} {:>7}\n", name, result, ticks,
                   base::milliseconds(ticks), sinks_.frames() - frames);
        std::fflush(stdout);
    }

    static void expect(bool good, const std::string& what) {
        if (!good) throw Failure{JobFailed, "demo: " + what};
    }
    static void expect(Status status, const std::string& what) {
        expect(status == Status::Ok, fmt::format("{}: {}", what, reader::to_string(status)));
    }

    void activate(const std::string& name) {
        step(name, [&] {
            const auto found = reader_.activate(reader::Wake::Idle);
            expect(found.status, name);
            uid_ = found.card.auth_uid();
            return fmt::format("UID {}, SAK {:02X}", base::to_hex(found.card.uid, " "),
                               found.card.sak);
        });
    }

    void authenticate(const std::string& name, const base::SectorKey& key, bool wanted) {
        step(name, [&] {
            const Status status = reader_.authenticate(KeyKind::A, Trailer, key, uid_);
            expect((status == Status::Ok) == wanted, name);
            return std::string{wanted ? "both sides proved the key" : "refused, as it must be"};
        });
    }

    std::string read() {
        const auto answer = reader_.read(DataBlock);
        expect(answer.status, "READ");
        block_ = answer.data;
        const bool empty = std::all_of(block_.begin(), block_.end(), [](auto b) { return b == 0; });
        return empty ? "16 zero bytes" : '"' + std::string{block_.begin(), block_.end() - 1} + '"';
    }

    std::string same_text() {
        const std::string seen = read();
        expect(block_ == text_block(), "block 4 does not hold what was written");
        return "holds " + seen;
    }

    static base::Bytes text_block() {
        base::Bytes block{Text.begin(), Text.end()};
        block.resize(16);
        return block;
    }

    static base::Bytes new_trailer() {
        base::Bytes block{NewKey.expose().begin(), NewKey.expose().end()};
        const base::Bytes rights{0xFF, 0x07, 0x80, 0x69};  // transport configuration
        block.insert(block.end(), rights.begin(), rights.end());
        block.insert(block.end(), DeliveryKey.expose().begin(), DeliveryKey.expose().end());
        return block;
    }

    std::string write(std::uint8_t block, const base::Bytes& data) {
        expect(reader_.write(block, data).status, "WRITE");
        return "acknowledged";
    }

    void reset() {
        reader_.field_off();
        reader_.field_on();
    }

    std::string look_into_file() {
        reader_.field_off();
        cards_.save();
        const dump::CardImage saved = dump::load(image_);
        const base::Bytes block{saved.blocks[DataBlock].begin(), saved.blocks[DataBlock].end()};
        expect(block == text_block(), "the file does not hold what was written");
        if (!keep_.empty()) dump::save(saved, keep_);
        return "block 4 is there";
    }

    void summarise(std::chrono::steady_clock::duration wall) {
        const double simulated = base::milliseconds(cards_.world().now());
        const double seconds = std::chrono::duration<double>(wall).count();
        fmt::print(
            "\n{} frames in {:.1f} ms of the card's time; simulated in {:.2f} s ({:.2f} x real "
            "time).\n",
            sinks_.frames(), simulated, seconds, simulated / 1e3 / seconds);
        if (level_ == Level::Both)
            fmt::print("RTL and model agreed on every bit, every tick and the card's memory.\n");
        fmt::print("1 tick is 1/13.56 MHz = 73.7 ns. Next: `./run cartouche serve --help`.\n");
    }

    Level level_;
    std::filesystem::path keep_;
    TemporaryFolder folder_;
    std::filesystem::path image_;
    FieldCards cards_;
    Sinks sinks_;
    reader::Reader reader_;
    std::array<std::uint8_t, 4> uid_{};
    base::Bytes block_{};
};

}  // namespace

void add_demo(CLI::App& app, Context&) {
    CLI::App* demo =
        app.add_subcommand("demo", "read, change, re-key and read back a sector, with a summary");
    const auto options = std::make_shared<DemoOptions>();
    add_level(*demo, options->world.level);
    add_sinks(*demo, options->sinks);
    add_fst(*demo, options->world);
    demo->add_flag("--all", options->all, "every flow of the five systems, as a guided tour");
    demo->add_option("--keep", options->keep, "leave the card's image in this file at the end");
    demo->callback([options] {
        if (options->all)
            tour(options->world.level);
        else
            Demo{*options}.run();
    });
}

}  // namespace cli
