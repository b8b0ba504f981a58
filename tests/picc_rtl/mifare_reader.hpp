/// \file mifare_reader.hpp
/// The reader's half of MIFARE Classic for tests of the card's RTL, written from the fact sheet.
#pragma once

#include <optional>
#include <string>

#include "air_bench.hpp"

namespace picc_rtl {

/// Crypto1, one bit a step (fact sheet 3.1).
class Crypto1 {
public:
    void load(const Bytes& key);
    [[nodiscard]] bool key_bit() const;
    void step(bool feed);
    /// Eight steps; returns the keystream byte. `decrypt`: feed is what came off the air.
    std::uint8_t byte(std::uint8_t feed = 0, bool decrypt = false);
    [[nodiscard]] Bytes state() const;

private:
    std::uint64_t x_ = 0;
};

/// Successor of a nonce after `steps` steps (fact sheet 3.2).
Bytes successor(const Bytes& nonce, unsigned steps);

/// A command's answer after decryption.
struct Reply {
    bool silent = false;
    std::optional<unsigned> nibble;
    Bytes data;
    bool parity_ok = true;
    Answer air;
};

/// One reader with one card in front of it.
class MifareReader {
public:
    explicit MifareReader(AirBench& bench) : bench_{bench} {}

    /// REQA or WUPA, then all cascade levels; true when the card answered each step. Drops the
    /// session.
    bool activate(const Bytes& uid, bool wake_all = false);
    /// Both passes with the sheet's nr 11 22 33 44; nested when a session is open.
    bool authenticate(std::uint8_t code, std::uint8_t block,
                      const Bytes& key = hex("FFFFFFFFFFFF"));
    /// First pass only: nt is in nonce() and the cipher has taken it.
    bool request_nonce(std::uint8_t code, std::uint8_t block, const Bytes& key);
    /// Bits of {nr}{ar} as they go out; `ar` replaces the right proof.
    Bits proof(const Bytes& nr, std::optional<Bytes> ar = {});
    /// A frame as it stands with CRC, encrypted while a session is open.
    Reply send(const Bytes& bytes, Tick wait = 5000);
    /// The same without CRC; `flip_parity` breaks one parity bit.
    Reply send_raw(const Bytes& bytes, std::optional<std::size_t> flip_parity = {},
                   Tick wait = 5000);
    /// Air bits of `bytes` under the session's cipher.
    Bits encrypt(const Bytes& bytes, std::optional<std::size_t> flip_parity = {});
    Reply decrypt(const Answer& answer);
    void forget() { open = false; }
    [[nodiscard]] const Bytes& nonce() const { return nonce_; }
    /// UID bytes that the cipher takes; set by activate().
    Bytes cipher_uid;
    Crypto1 cipher;
    bool open = false;
    bool judges_nonce_parity = true;

private:
    AirBench& bench_;
    Bytes nonce_;
};

}  // namespace picc_rtl
