// The published authentications of $CARTOUCHE_DATA/crypto1/sessions.json through reader and card
// ciphers.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/hex.hpp"
#include "crypto1/cipher.hpp"
#include "crypto1/nonce.hpp"
#include "frame/bits.hpp"
#include "frame/crc_a.hpp"

namespace crypto1 {
namespace {

template <std::size_t Size>
std::array<std::uint8_t, Size> bytes(const nlohmann::json& session, const char* name) {
    const auto data = base::from_hex(session.at(name).get<std::string>()).value();
    std::array<std::uint8_t, Size> out{};
    std::copy_n(data.begin(), Size, out.begin());
    return out;
}

TEST(Sessions, EveryRecordedAuthenticationComesOut) {
    const char* folder = std::getenv("CARTOUCHE_DATA");
    if (folder == nullptr) {
        GTEST_SKIP() << "CARTOUCHE_DATA is not set";
    }
    std::ifstream file{std::string{folder} + "/crypto1/sessions.json"};
    ASSERT_TRUE(file);
    const auto sessions = nlohmann::json::parse(file);
    ASSERT_FALSE(sessions.empty());
    for (const auto& session : sessions) {
        SCOPED_TRACE(session.at("name").get<std::string>());
        const auto uid = bytes<4>(session, "uid");
        const auto nt = bytes<4>(session, "nt");
        Cipher cipher;
        cipher.load(base::SectorKey{bytes<6>(session, "key")});
        const bool nested = session.contains("nt_enc");
        const auto nt_enc = nested ? bytes<4>(session, "nt_enc") : nt;
        for (unsigned i = 0; i < 4; ++i) {
            const auto key = cipher.byte(static_cast<std::uint8_t>(nt[i] ^ uid[i]));
            if (nested) {
                EXPECT_EQ(nt_enc[i] ^ key, nt[i]);
            }
        }
        const auto nr_enc = bytes<4>(session, "nr_enc");
        const auto ar_enc = bytes<4>(session, "ar_enc");
        std::array<std::uint8_t, 4> nr{};
        std::array<std::uint8_t, 4> ar{};
        for (unsigned i = 0; i < 4; ++i) {
            nr[i] = static_cast<std::uint8_t>(nr_enc[i] ^ cipher.byte_encrypted(nr_enc[i]));
        }
        for (unsigned i = 0; i < 4; ++i) {
            ar[i] = static_cast<std::uint8_t>(ar_enc[i] ^ cipher.byte());
        }
        if (session.contains("nr")) {
            EXPECT_EQ(nr, (bytes<4>(session, "nr")));
        }
        EXPECT_EQ(ar, nonce_bytes(successor(nonce_from(nt), 64)));
        const auto at = nonce_bytes(successor(nonce_from(nt), 96));
        if (session.contains("at")) {
            EXPECT_EQ(at, (bytes<4>(session, "at")));
        }
        if (!session.contains("at_enc")) {
            continue;
        }
        const auto at_enc = bytes<4>(session, "at_enc");
        for (unsigned i = 0; i < 4; ++i) {
            EXPECT_EQ(at[i] ^ cipher.byte(), at_enc[i]);
        }
        for (const auto& frame : session.value("frames", nlohmann::json::array())) {
            const auto enc = base::from_hex(frame.at("enc").get<std::string>()).value();
            const auto plain = base::from_hex(frame.at("plain").get<std::string>()).value();
            std::string parity;
            for (std::size_t i = 0; i < enc.size(); ++i) {
                EXPECT_EQ(enc[i] ^ cipher.byte(), plain[i]);
                parity += (frame::odd_parity(plain[i]) ^ cipher.peek()) != 0 ? '1' : '0';
            }
            EXPECT_EQ(parity, frame.at("parity_on_air").get<std::string>());
            EXPECT_EQ(frame::crc_a(plain) == 0, frame.at("crc_ok").get<bool>());
        }
    }
}

}  // namespace
}  // namespace crypto1
