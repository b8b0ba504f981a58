// Loads that are more than INSTALL, LOAD, INSTALL: in one go, and ciphered (globalplatform.md, 3.1
// and 3.2; what it leaves open: docs/choices.md).
#include "apdu/tlv.hpp"
#include "cap.hpp"
#include "card.hpp"

namespace domain_test {
namespace {

using base::Bytes;

constexpr std::string_view File = "D276000118AA20";
constexpr std::string_view App = "D276000118AA2001";

/// INSTALL [for load, install and make selectable], the first of the two.
std::string first_install() {
    auto command = hex(for_load(File, Issuer, {}));
    command[2] = 0x0E;
    command[3] = 0x01;
    return text(command);
}
/// The second one; `file` with its length before it.
std::string last_install(std::string_view file, std::string_view p2 = "03") {
    auto command = hex("80E60E" + std::string{p2} + "00" + std::string{file} +
                       "08D276000118AA200108D276000118AA2001010002C9000000");
    command[4] = static_cast<std::uint8_t>(command.size() - 6);
    return text(command);
}

class CombinedLoad : public testing::Test {
protected:
    void load() {
        ASSERT_EQ(host.send(first_install()), "009000");
        for (const auto& part : load_commands(cap_block(File, {App})))
            ASSERT_EQ(host.send(part), "009000");
    }

    Card card{};
    Host host{card, 0x30, 0x01};
};

TEST_F(CombinedLoad, MakesTheApplicationSelectable) {
    for (const std::string_view named : {"00", "07D276000118AA20"}) {
        load();
        EXPECT_EQ(card.state(File), 0x01U);
        EXPECT_EQ(host.send(last_install(named)), "009000");
        EXPECT_EQ(card.state(App), 0x07U);
        EXPECT_EQ(host.send("80E40080094F07D276000118AA2000"), "009000");
    }
}

TEST_F(CombinedLoad, BelongsTogether) {
    EXPECT_EQ(host.send(last_install("00")), "6985") << "nothing was loaded";
    load();
    EXPECT_EQ(host.send("80E8800001AA00"), "6985") << "all is there";
    EXPECT_EQ(host.send("80CA006600").substr(0, 2), "66");
    EXPECT_EQ(host.send(last_install("00")), "6985") << "another command came between";
    EXPECT_EQ(card.state(File), 0x01U) << "what was loaded stays";
    EXPECT_EQ(host.send("80E40000094F07D276000118AA2000"), "009000");

    load();
    EXPECT_EQ(host.send(last_install("07D276000118AA10")), "6A80") << "another file";
    EXPECT_EQ(host.send(last_install("00")), "6985");
    EXPECT_EQ(host.send("80E40000094F07D276000118AA2000"), "009000");

    // A file of its own does not start it.
    ASSERT_EQ(host.send(for_load(File, Issuer, {})), "009000");
    for (const auto& part : load_commands(cap_block(File, {App})))
        ASSERT_EQ(host.send(part), "009000");
    EXPECT_EQ(host.send(last_install("00")), "6985");
    EXPECT_EQ(host.send(last_install("00", "00")), "6A86");
    EXPECT_EQ(host.send(last_install("00", "02")), "6A86");
    EXPECT_EQ(card.entry(App), nullptr);
}

/// A load file for SSD1, which has `privileges` and the key 70.. as version 75, in a cipher.
class CipheredLoad : public testing::Test {
protected:
    void make_domain(std::string_view privileges, reader::KeyType type) {
        {
            Host host{card, 0x30, 0x01};
            ASSERT_EQ(
                host.send("80E60C002D07A000000151535008A00000015153504109D27600011855AA000103" +
                          std::string{privileges} + "0CC90A810203708201208701200000"),
                "009000");
        }
        give_keys(card, Ssd1, 0xA0);
        card.select(Ssd1);
        Host host{card, 0x30, 0x01, host_keys(0xA0)};
        const std::vector<reader::ScpKey> key{host_key(0x70)};
        const auto answer = host.send(reader::put_key(host.channel(), 0, 0x75, 1, type, key));
        ASSERT_EQ(answer.substr(answer.size() - 4), "9000") << answer;
        card.select(Issuer);
    }
    static Bytes ciphered(base::ByteView block, reader::KeyType type) {
        const std::size_t size = type == reader::KeyType::Aes ? 16 : 8;
        Bytes icv;
        for (std::size_t i = 0; i < size; ++i) icv.push_back(static_cast<std::uint8_t>(0xC1 + i));
        Bytes padded = reader::padded(block, size);
        Bytes data;
        if (type == reader::KeyType::Aes) {
            reader::AesBlock start{};
            std::copy(icv.begin(), icv.end(), start.begin());
            data = reader::aes_cbc_encrypt(host_key(0x70), start, padded);
        } else {
            for (std::size_t i = 0; i < size; ++i) padded[i] ^= icv[i];
            data = reader::des3_cbc(host_key(0x70), padded);
        }
        Bytes file = apdu::tlv(0xD3, icv);
        apdu::append_tlv(file, 0xD4, data);
        return file;
    }
    std::string load(base::ByteView hash, base::ByteView file) {
        Host host{card, 0x30, 0x01};
        EXPECT_EQ(host.send(for_load(File, Ssd1, hash)), "009000");
        std::string answer;
        for (const auto& part : load_file_commands(file)) answer = host.send(part);
        return answer;
    }

    Card card{};
    Bytes block = cap_block(File, {App});
};

TEST_F(CipheredLoad, IsDecipheredUnderTheKeyOfItsDomain) {
    make_domain("800040", reader::KeyType::Aes);
    const auto file = ciphered(block, reader::KeyType::Aes);
    EXPECT_EQ(load({}, file), "6A80") << "no hash";
    auto changed = file;
    changed[7] ^= 0x01;  // in the ICV
    EXPECT_EQ(load(sha_256(block), changed), "6A80");
    EXPECT_EQ(load(sha_256(block), base::ByteView{file}.first(file.size() - 1)), "6A80");
    EXPECT_EQ(load(sha_256(block), ciphered(block, reader::KeyType::Des)), "6A80");
    EXPECT_EQ(card.entry(File), nullptr);
    EXPECT_EQ(load(sha_256(block), file), "009000");
    EXPECT_EQ(card.owner(File), Ssd1);
}

TEST_F(CipheredLoad, ThreeDesWorksAsWell) {
    make_domain("800040", reader::KeyType::Des);
    EXPECT_EQ(load(sha_256(block), ciphered(block, reader::KeyType::Des)), "009000");
    EXPECT_EQ(card.owner(File), Ssd1);
}

TEST_F(CipheredLoad, NeedsThePrivilege) {
    make_domain("800000", reader::KeyType::Aes);
    EXPECT_EQ(load(sha_256(block), ciphered(block, reader::KeyType::Aes)), "6985");
    EXPECT_EQ(card.entry(File), nullptr);
}

}  // namespace
}  // namespace domain_test
