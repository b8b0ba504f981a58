// board.cpp - `cartouche board`: the card OS behind board_card's SPI, or behind its pins in a
// simulation.

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "base/hex.hpp"
#include "board/board_world.hpp"
#include "cli/card_slot.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/stop_signal.hpp"
#include "driver/aes_driver.hpp"
#include "driver/board_card.hpp"
#include "driver/spi_register_bus.hpp"
#include "driver/spidev.hpp"
#include "reader/iso_dep.hpp"

namespace cli {
namespace {

struct BoardOptions {
    std::string spi;
    std::string aes_spi;
    std::string nvm;
    std::uint32_t hertz = 3'000'000;
    bool sim = false;
};

/// Ticks of the machine's clock since the program began.
base::Tick clock_ticks() {
    static const auto Start = std::chrono::steady_clock::now();
    constexpr std::uint64_t Nano = 1'000'000'000;
    const auto passed = static_cast<std::uint64_t>(
        std::chrono::nanoseconds{std::chrono::steady_clock::now() - Start}.count());
    return passed / Nano * base::CarrierHz + passed % Nano * base::CarrierHz / Nano;
}

/// Throws Failure when there is no such device.
std::unique_ptr<driver::Spidev> open_spi(const std::string& device, std::uint32_t hertz) {
    try {
        return std::make_unique<driver::Spidev>(device, hertz);
    } catch (const std::runtime_error& error) {
        throw Failure{WrongUse, error.what()};
    }
}

/// The AES engine of the board.
class BoardEngine final : public port::CryptoPort {
public:
    BoardEngine(const std::string& device, std::uint32_t hertz) : spi_{open_spi(device, hertz)} {}

    [[nodiscard]] base::Tick load_key(base::ByteView key) override { return driver_.load_key(key); }
    [[nodiscard]] base::Tick encrypt(AesBlock& block) override { return driver_.encrypt(block); }
    [[nodiscard]] base::Tick decrypt(AesBlock& block) override { return driver_.decrypt(block); }
    void wipe() noexcept override { driver_.wipe(); }

private:
    std::unique_ptr<driver::Spidev> spi_;
    driver::SpiRegisterBus bus_{*spi_, clock_ticks};
    driver::AesDriver driver_{bus_};
};

CardSlot make_card(const BoardOptions& options) {
    CardOptions card;
    if (!options.aes_spi.empty())
        card.engine = [options] {
            return std::make_unique<BoardEngine>(options.aes_spi, options.hertz);
        };
    if (options.nvm.empty()) return CardSlot{chip_profile(), card};
    CardSlot slot{options.nvm, card};
    if (slot.chip() == nullptr)
        throw Failure{WrongUse,
                      options.nvm + ": has no card OS (`cartouche new --chip` makes one)"};
    return slot;
}

/// Until Ctrl-C. The machine rests while no reader is there.
void serve(const BoardOptions& options, CardSlot& slot) {
    constexpr std::chrono::milliseconds Rest{2};
    constexpr base::Tick SavePeriod = base::CarrierHz / 4;
    std::atomic<bool> stop = false;
    const StopSignal signal{[&stop] { stop = true; }};
    const auto spi = open_spi(options.spi, options.hertz);
    driver::BoardCard host{*slot.chip(), slot.profile()};
    fmt::print("card {} behind {}; Ctrl-C ends, and the card is saved\nready\n",
               base::to_hex(slot.profile().uid), options.spi);
    std::cout << std::flush;
    std::fflush(stdout);
    for (base::Tick saved = 0; !stop;) {
        const base::Bytes mosi = host.next(clock_ticks());
        host.finish(spi->transfer(mosi), clock_ticks());
        if (host.idle() && !host.powered()) std::this_thread::sleep_for(Rest);
        if (clock_ticks() < saved + SavePeriod) continue;
        saved = clock_ticks();
        slot.save_when_settled();
    }
    slot.save();
}

/// A reader selects the card in the simulation's field, and asks who its issuer is.
int try_in_simulation(CardSlot& slot) {
    driver::BoardCard host{*slot.chip(), slot.profile()};
    tb::BoardWorld world{host};
    reader::Reader reader{world.reader()};
    const bool is_b = slot.profile().technology == port::Technology::B;
    const auto found =
        is_b ? reader.activate_b(reader::Wake::Idle) : reader.activate(reader::Wake::Idle);
    fmt::print("found     {}\n", found.status == reader::Status::Ok ? base::to_hex(found.card.uid)
                                                                    : std::string{"no card"});
    if (found.status != reader::Status::Ok) return JobFailed;
    auto opened = reader::IsoDep::open(reader, found.card);
    if (!opened.channel) {
        fmt::print("ISO-DEP   refused\n");
        return JobFailed;
    }
    bool all_well = true;
    for (const auto& [what, apdu] :
         {std::pair{"SELECT", base::Bytes{0x00, 0xA4, 0x04, 0x00, 0x00}},
          std::pair{"GET DATA", base::Bytes{0x80, 0xCA, 0x00, 0x66, 0x00}}}) {
        const auto answer = opened.channel->exchange(apdu);
        const bool well = answer.status == reader::Status::Ok && answer.data.size() >= 2 &&
                          answer.data[answer.data.size() - 2] == 0x90;
        fmt::print("{:<9} {}\n", what,
                   answer.status == reader::Status::Ok ? base::to_hex(answer.data)
                                                       : std::string{"no answer"});
        all_well = all_well && well;
    }
    fmt::print("{} ticks, {} SPI transactions\n", world.now(), world.transactions());
    return all_well && world.check_failures() == 0 ? 0 : JobFailed;
}

}  // namespace

void add_board(CLI::App& app, Context& context) {
    CLI::App* board = app.add_subcommand("board", "the card OS behind a board's SPI");
    const auto options = std::make_shared<BoardOptions>();
    auto* where = board->add_option_group("where");
    auto* spi = where->add_option("--spi", options->spi, "SPI of the mailbox: /dev/spidevB.C");
    where->add_flag("--sim", options->sim, "the pins of the board's RTL, a reader before it");
    where->require_option(1);
    board->add_option("--aes-spi", options->aes_spi, "SPI of the AES engine, which is used then")
        ->needs(spi);
    board
        ->add_option("--hertz", options->hertz,
                     "clock of the SPI, a quarter of the board's at most")
        ->check(CLI::Range(1000U, 3'390'000U))
        ->capture_default_str();
    board->add_option("--nvm", options->nvm, "file of the card, as `cartouche new --chip` makes it")
        ->check(CLI::ExistingFile);
    board->callback([options, &context] {
        CardSlot slot = make_card(*options);
        if (options->sim)
            context.exit_code = try_in_simulation(slot);
        else
            serve(*options, slot);
    });
}

}  // namespace cli
