/// \file reader.hpp
/// A reader over a ReaderPort: timing, activation of cards of type A and B, MIFARE Classic.
///
/// Example:
///     reader::Reader reader{port};
///     const auto found = reader.activate(reader::Wake::Idle);
///     if (found.status == reader::Status::Ok)
///         reader.authenticate(reader::KeyKind::A, 4, key, found.card.auth_uid());
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "base/bytes.hpp"
#include "base/key.hpp"
#include "port/reader_port.hpp"
#include "reader/dep_parameters.hpp"
#include "reader/policy.hpp"
#include "reader/status.hpp"

namespace reader {

/// Which cards are woken.
enum class Wake : std::uint8_t {
    Idle = 0x26,  ///< REQA, REQB
    All = 0x52    ///< WUPA, WUPB: halted cards as well
};

enum class KeyKind : std::uint8_t { A = 0x60, B = 0x61 };

/// What a card said of itself while it was activated.
struct Card {
    port::Technology technology = port::Technology::A;
    base::Bytes uid{};                   ///< 4, 7 or 10 bytes, without cascade tags; B: the PUPI
    std::array<std::uint8_t, 2> atqa{};  ///< as on the air, low byte first
    std::uint8_t sak = 0;                ///< of the last cascade level
    base::Bytes ats{};                   ///< with its length byte; empty when there was no RATS
    base::Bytes atqb{};                  ///< type B, from 50 on, without CRC

    /// The four bytes that MIFARE Classic authentication uses: the last ones of the UID.
    [[nodiscard]] std::array<std::uint8_t, 4> auth_uid() const;
    /// Whether the card offers ISO/IEC 14443-4.
    [[nodiscard]] bool has_part4() const noexcept;

    friend bool operator==(const Card&, const Card&) = default;
};

struct Requested {
    Status status = Status::Silent;  ///< Collision is no error here: several cards answered
    std::array<std::uint8_t, 2> atqa{};
};

struct Selected {
    Status status = Status::Silent;
    Card card{};
};

struct Read {
    Status status = Status::Silent;
    base::Bytes data{};
    std::uint8_t nak = 0;  ///< the four bits when status is Nak
};

struct Done {
    Status status = Status::Silent;
    std::uint8_t nak = 0;  ///< the four bits when status is Nak

    friend bool operator==(const Done&, const Done&) = default;
};

class Reader {
public:
    explicit Reader(port::ReaderPort& port, const Policy& policy = {});

    // Field and raw exchange (reader.cpp)

    /// Nothing happens when the field is as wished already. Off ends Crypto1.
    void field_on();
    void field_off();
    [[nodiscard]] bool field_is_on() const noexcept { return field_; }

    /// Sends one frame at the next start the policy allows; `request.start` is not used. Switches
    /// the field on when it is off.
    port::Answer transceive(port::Request request);

    /// SOC of the frame that transceive sent last.
    [[nodiscard]] Tick last_start() const noexcept { return last_start_; }

    /// Lets `ticks` pass beyond the end of the last exchange.
    void idle(Tick ticks);

    [[nodiscard]] port::ReaderPort& port() noexcept { return port_; }
    [[nodiscard]] const Policy& policy() const noexcept { return policy_; }

    // Activation, ISO/IEC 14443-3 (activation.cpp)

    Requested request(Wake wake);

    /// Anticollision and selection through all cascade levels, after a request. Takes 1 at a
    /// collision.
    Selected select_one();
    /// Selection of a card whose UID is known (4, 7 or 10 bytes), after a request.
    Selected select_known(base::ByteView uid);

    /// Request and selection, up to `tries` times: a card that was active does not answer the
    /// first.
    Selected activate(Wake wake, unsigned tries = 3);
    Selected activate_known(base::ByteView uid, Wake wake = Wake::All, unsigned tries = 3);

    /// All cards that answer REQA, each selected and halted in turn; at most `most`.
    std::vector<Card> list(unsigned most = 64);

    /// HLTA; Ok when the card stays silent, as it must.
    Status halt();

    /// RATS; the ATS with its length byte. `parameter`: FSDI and CID.
    Read rats(std::uint8_t parameter = 0x50);

    // Activation of type B, ISO/IEC 14443-3, 7 (activation_b.cpp)

    /// REQB or WUPB, with slots while several cards answer at once; the card is READY-DECLARED.
    /// `afi`: which cards are meant, 00 all.
    Selected activate_b(Wake wake, std::uint8_t afi = 0, unsigned tries = 3);
    /// A card whose ATQB is known, halted or not: the next ATTRIB may go to it.
    Selected activate_known_b(const Card& card);
    /// All cards that answer REQB, each halted; at most `most`.
    std::vector<Card> list_b(unsigned most = 64, std::uint8_t afi = 0);
    /// ATTRIB; the answer, MBLI and CID in its first byte. `parameter`: FSDI and CID.
    Read attrib(const Card& card, std::uint8_t parameter = 0x50, const Rates& rates = {});
    /// HLTB; Ok when the card confirms.
    Status halt_b(const Card& card);

    /// Looks for a card of type A, then of type B, with 5 ms of unmodulated field before each.
    Selected poll(Wake wake);

    // MIFARE Classic (classic.cpp)

    Status authenticate(KeyKind kind, std::uint8_t block, const base::SectorKey& key,
                        const std::array<std::uint8_t, 4>& uid);
    Read read(std::uint8_t block);
    Done write(std::uint8_t block, base::ByteView data);
    Done increment(std::uint8_t block, std::uint32_t operand);
    Done decrement(std::uint8_t block, std::uint32_t operand);
    Done restore(std::uint8_t block);
    Done transfer(std::uint8_t block);

    /// A command that is answered by four bits. Ok only for the acknowledge.
    Done command(base::Bytes data, Tick timeout);
    /// A command answered by data with CRC.
    Read command_for_data(base::Bytes data, Tick timeout);
    /// First part `code block`, acknowledged; then `operand`, which stays without answer.
    Done value_command(std::uint8_t code, std::uint8_t block, base::ByteView operand);

private:
    [[nodiscard]] Tick next_start() const;
    Selected select_level(Card card, std::uint8_t level, base::ByteView part);
    Status anticollision(std::uint8_t level, std::array<std::uint8_t, 5>& part);
    void drop_session();
    /// What answers in the slots of one REQB.
    struct Slots {
        std::vector<Card> cards{};
        Status status =
            Status::Silent;  ///< else what was wrong in the last slot that was not sound
    };
    Slots request_b(Wake wake, std::uint8_t afi, unsigned slots_code, bool first_only);

    port::ReaderPort& port_;
    Policy policy_;
    std::mt19937 nonces_;
    std::mt19937 phases_;
    bool field_ = false;
    Tick last_start_ = 0;
    Tick last_end_ = 0;      ///< end of the last exchange
    Tick ready_ = 0;         ///< first frame not before, after field-on
    Tick phase_ = 0;         ///< drawn at field-on
    Tick next_request_ = 0;  ///< REQA or WUPA not before
};

}  // namespace reader
