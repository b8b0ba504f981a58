#include "block_bench.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace block_rtl {

void TestApplication::reset(Tick at) {
    ++resets;
    last_reset = at;
    command_.clear();
}

port::ApduPort::Taken TestApplication::take(base::ByteView piece, bool more, Tick at) {
    taken.push_back(at);
    command_.insert(command_.end(), piece.begin(), piece.end());
    if (more) return {at + piece_work, {}};
    const Bytes command = std::exchange(command_, {});
    if (command.empty()) return {at + work, {}};
    Bytes response;
    Tick ready = at + work;
    if (command.at(1) == 0x03) {
        response = {static_cast<std::uint8_t>(++count_)};
    } else if (command.at(1) == 0x04) {
        response.assign(command.begin() + 5, command.begin() + 5 + command.at(4));
    } else if (command.at(1) == 0x01) {
        const unsigned n = command.at(2) * 256U + command.at(3);
        for (unsigned i = 0; i < n; ++i) response.push_back(static_cast<std::uint8_t>(i));
    } else if (command.at(1) == 0x02) {
        ready = at + command.at(3) * waiting_time;
    }
    response.insert(response.end(), {0x90, 0x00});
    return {ready, response};
}

BlockBench::BlockBench(const Card& card, const tb::RtlOptions& options, const port::AirProfile& air)
    : world{tb::make_rtl_world(air, options)},
      sak_{card.sak},
      exact_{air.offset_ppm == 0 && air.carrier_clock == 0 && air.load >= 12} {
    port::CardProfile profile;
    profile.uid = {0x9C, 0x59, 0x9B, 0x32};
    profile.sak = card.sak;
    profile.ats = card.ats;
    world->place(0, profile, store_);
}

BlockBench::~BlockBench() { EXPECT_EQ(world->errors(), 0U) << "assertions of the RTL"; }

std::string BlockBench::exchange(const Bytes& bytes, bool crc, Tick timeout) {
    port::Request request;
    request.data = bytes;
    if (bytes.size() == 1) request.last_bits = 7;
    request.tx_crc = crc;
    request.start = world->now() + 1024;
    request.timeout = timeout;
    if (wrong_parity) {
        base::Bits bits;
        for (const std::uint8_t byte : bytes) {
            unsigned ones = bits.empty() ? 1 : 0;
            for (unsigned i = 0; i < 8; ++i) {
                bits.push_back(byte >> i & 1U);
                ones += byte >> i & 1U;
            }
            bits.push_back((ones & 1U) == 0 ? 1 : 0);
        }
        request.parity = port::Parity::AsData;
        request.data.assign((bits.size() + 7) / 8, 0);
        for (std::size_t i = 0; i < bits.size(); ++i)
            request.data[i / 8] =
                static_cast<std::uint8_t>(request.data[i / 8] | bits[i] << (i % 8));
        request.last_bits = bits.size() % 8;
    }
    const port::Answer answer = world->exchange(request);
    index_ = 0;
    if (answer.silent) return {};
    EXPECT_FALSE(answer.errors.any());
    const Tick delay = answer.rx_start - answer.tx_end;
    const Tick offset = delay % 128 == 20 ? 20 : 84;
    delay_ = delay;
    if (exact_) {
        EXPECT_EQ(delay % 128, offset) << "off the grid";
    }
    grid_ = answer.tx_end + offset;
    index_ = static_cast<unsigned>((delay - offset) / 128);
    return base::to_hex(answer.data, " ");
}

std::string BlockBench::send(const std::string& frame, Tick timeout) {
    return exchange(*base::from_hex(frame), false, timeout);
}

std::string BlockBench::send_crc(const std::string& frame, Tick timeout) {
    return exchange(*base::from_hex(frame), true, timeout);
}

void BlockBench::expect_selected(std::uint8_t call) {
    EXPECT_EQ(exchange({call}, false, 4096), "04 00");
    EXPECT_EQ(send("93 20"), "9C 59 9B 32 6C");
    EXPECT_EQ(send_crc("93 70 9C 59 9B 32 6C").substr(0, 2), base::to_hex(Bytes{sak_}));
}

void BlockBench::select() {
    world->field(true, world->now());
    world->wait_until(world->now() + 8192);
    expect_selected(0x26);
}

void BlockBench::wake() { expect_selected(0x52); }

std::string BlockBench::activate(const std::string& rats) {
    select();
    return send(rats);
}

}  // namespace block_rtl
