/// \file played_scp10_card.hpp
/// The card's end of SCP10's opening as far as a host needs one, after docs/choices.md; what it
/// says can be spoiled on its way.
#pragma once

#include <cryptopp/oaep.h>
#include <cryptopp/osrng.h>
#include <cryptopp/rsa.h>
#include <cryptopp/sha.h>

#include <deque>
#include <functional>
#include <map>
#include <string>

#include "apdu/tlv.hpp"
#include "reader/scp10_opening.hpp"
#include "reader/scp10_session.hpp"
#include "worked_rsa.hpp"

namespace played_scp10 {

using base::Bytes;
using base::ByteView;

inline reader::Serial serial(std::string_view text) {
    reader::Serial made{};
    const auto bytes = worked_rsa::hex(text);
    std::copy(bytes.begin(), bytes.end(), made.begin());
    return made;
}

/// Gives these out in order, whatever is asked for.
inline reader::Random in_order(std::deque<std::string> values) {
    auto left = std::make_shared<std::deque<std::string>>(std::move(values));
    return [left](std::size_t size) {
        Bytes next = worked_rsa::hex(left->at(0));
        left->pop_front();
        if (next.size() != size) throw std::logic_error{"another number of random bytes"};
        return next;
    };
}

/// Bytes that differ from call to call; no secret.
inline reader::Random counting() {
    auto next = std::make_shared<std::uint8_t>(0);
    return [next](std::size_t size) {
        Bytes bytes(size);
        for (auto& byte : bytes) byte = (*next)++;
        return bytes;
    };
}

/// Both ends' keys: the worked ones, and a trust point of the same length for both of them.
struct Parties {
    reader::RsaPrivateKey trust_point = reader::RsaPrivateKey::draw(1024);
    reader::Serial trust = reader::trust_point_serial(trust_point.public_key());

    [[nodiscard]] Bytes certificate(std::string_view holder, reader::Role role,
                                    const reader::RsaPublicKey& key) const {
        return reader::issue(trust_point, {trust, serial(holder), role, key});
    }
    [[nodiscard]] Bytes card_certificate() const {
        return certificate(worked_rsa::SerialIcc, reader::Role::Domain,
                           worked_rsa::icc().public_key());
    }
    [[nodiscard]] reader::Scp10Host host() const {
        return {serial(worked_rsa::SerialIfd),
                worked_rsa::ifd(),
                {certificate(worked_rsa::SerialIfd, reader::Role::OffCard,
                             worked_rsa::ifd().public_key())},
                trust_point.public_key()};
    }
};

/// Of version 70, for AID A000000151000000; takes the parties' keys as they are.
class Card {
public:
    explicit Card(const Parties& parties) : certificate{parties.card_certificate()} {}

    Bytes answer(ByteView bytes) {
        const auto command = apdu::parse(bytes).value();
        auto response = run(command);
        if (spoil) spoil(command.ins, response);
        return response.bytes();
    }

    Bytes certificate;
    reader::RsaPrivateKey key = worked_rsa::icc();
    Bytes challenge = worked_rsa::hex("82D962CA384871560102030405060708");
    /// May change what the card says to this instruction.
    std::function<void(std::uint8_t ins, apdu::Response&)> spoil{};
    /// What the host has sent to each instruction, in order.
    std::map<std::uint8_t, std::vector<apdu::Command>> seen{};

private:
    apdu::Response run(const apdu::Command& command) {
        seen[command.ins].push_back(command);
        switch (command.ins) {
            case 0xCA:
                return {certificate, apdu::Sw::Ok};
            case 0x88:
                return {reader::make_token(
                            key, worked_rsa::ifd().public_key(),
                            worked_rsa::hex(worked_rsa::FillingIcc),
                            worked_rsa::half(worked_rsa::SecretIcc),
                            {ByteView{command.data}.first(8), ByteView{command.data}.last(8)}),
                        apdu::Sw::Ok};
            case 0x84:
                return {Bytes(challenge.begin(),
                              challenge.begin() + static_cast<std::ptrdiff_t>(*command.ne)),
                        apdu::Sw::Ok};
            default:
                return apdu::Sw::Ok;
        }
    }
};

/// Runs an opening to its end.
inline void play(reader::Scp10Opening& opening, Card& card) {
    while (const auto step = opening.next()) opening.take(card.answer(step->apdu));
}

}  // namespace played_scp10
