// Diversification, key ceremony, wrapping and hand-over against key-diversification.md.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.hpp"
#include "chip_card.hpp"
#include "platform/ceremony.hpp"
#include "platform/diversify.hpp"
#include "platform/handover.hpp"
#include "platform/master_key.hpp"
#include "platform/refusal.hpp"

namespace platform_test {
namespace {

namespace fs = std::filesystem;
using platform::KeySet;
using platform::Method;

reader::ScpKey key(std::string_view text) { return reader::ScpKey{hex(text)}; }
const auto Master = "404142434445464748494A4B4C4D4E4F";
const auto Data = "00010203040506070809";

TEST(PlatformKeys, DiversifiedAsTheSheetHasIt) {
    const auto keys = [](Method method, std::string_view master, std::string_view data) {
        return base::to_hex(platform::diversify(method, key(master), hex(data), 0x30).expose());
    };
    EXPECT_EQ(keys(Method::EmvCps, Master, Data),
              "0EF59FCBF8019B62E62AF6EA20B8BF253E383EB6F2762B88155F76BDFED05A02"
              "64021E43C0C7D264A1C7C6D01E1C8761");
    EXPECT_EQ(keys(Method::Visa2, Master, Data),
              "8510FC973208218CA86888BCEC2036351068B5FB6F06C78C7A4DFC343B21C78F"
              "2DAEE809C71405FF259C3BE695A1F66E");
    EXPECT_EQ(keys(Method::Kdf3, Master, Data),
              "808BC985A1069AD2A9AC94E0FE7B884365942E0BF4F3F32AEFACBA5671456275"
              "6A74F6F6040CCA10D8A3FDC7914FD7CC");
    EXPECT_EQ(keys(Method::Kdf3, "8C72C72CF908411653018807950D82FBAD947562F0828A0B10B8B9606ABF3BCD",
                   "D9B1DE5D0362DEDCE4FB")
                  .substr(0, 64),
              "9AAC5D0B3601F89438A0D9D0B6B256CFB47E6462DFA5228D3420C4AC7C224781");
    EXPECT_THROW((void)platform::diversify(Method::Kdf3, key(Master), hex("00"), 0x30),
                 std::invalid_argument);
}

TEST(PlatformKeys, CheckValuesOfDiversifiedKeys) {
    const auto values = [](Method method, std::string_view master) {
        return platform::check_values(platform::diversify(method, key(master), hex(Data), 0x30));
    };
    EXPECT_EQ(values(Method::EmvCps, Master), "C33013 6F4CA6 BB8179");
    EXPECT_EQ(values(Method::Visa2, Master), "2BE598 58DA38 3C328E");
    EXPECT_EQ(values(Method::Kdf3, Master), "E79C05 D1BD77 3FDE8C");
    EXPECT_EQ(values(Method::Kdf3, "404142434445464748494A4B4C4D4E4F5051525354555657"),
              "1DE8EA 47C00C C04D76");
    EXPECT_EQ(
        values(Method::Kdf3, "404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F"),
        "2972D2 036F94 5D57B8");
}

/// A folder for each custodian.
class Ceremony : public testing::Test {
protected:
    Ceremony() {
        for (const char* who : {"a", "b", "c"}) fs::create_directories(folder_ / who);
    }
    ~Ceremony() override { fs::remove_all(folder_); }

    fs::path component(const std::string& where, const std::string& value,
                       const std::string& check) {
        const auto path = folder_ / where;
        std::ofstream{path} << R"({"component": ")" << value << R"(", "check": ")" << check
                            << R"(", "type": "aes", "custodian": "x"})";
        ::chmod(path.c_str(), 0600);
        return path;
    }
    // Section 6.
    fs::path first() { return component("a/1", "1F3A5C7E90B2D4F60817263544536271", "DF2DB0"); }
    fs::path second() { return component("b/2", "A9B8C7D6E5F4031221304F5E6D7C8B9A", "C47041"); }
    fs::path third() { return component("c/3", "F6C3D9EB310391A3616E23206562A7A4", "19CAB6"); }

    fs::path folder_ =
        fs::temp_directory_path() / ("cartouche-ceremony-" + std::to_string(::getpid()));
};

TEST_F(Ceremony, ThreeComponentsAreTheKey) {
    const auto result =
        platform::combine({platform::read_component(first()), platform::read_component(second()),
                           platform::read_component(third())});
    EXPECT_EQ(base::to_hex(result.key.expose()), Master);
    EXPECT_EQ(result.record.at("check"), "504A77");
    EXPECT_EQ(result.record.at("components")[2].at("check"), "19CAB6");
    EXPECT_EQ(result.record.dump().find("4041"), std::string::npos);

    const auto out = folder_ / "key";
    platform::write_key_file(out, result);
    EXPECT_EQ(fs::status(out).permissions(), fs::perms{0600});
    EXPECT_EQ(base::to_hex(platform::read_key_file(out).expose()), Master);
    EXPECT_THROW(platform::write_key_file(out, result), base::FileError) << "never overwritten";
}

TEST_F(Ceremony, WhatIsNotInOrderIsRefused) {
    const auto one = platform::read_component(first());
    EXPECT_THROW((void)platform::combine({one}), platform::Refusal);
    EXPECT_THROW((void)platform::combine({one, one}), platform::Refusal) << "the same twice";
    const auto beside = component("a/2", "A9B8C7D6E5F4031221304F5E6D7C8B9A", "C47041");
    EXPECT_THROW((void)platform::combine({one, platform::read_component(beside)}),
                 platform::Refusal)
        << "stored together";
    EXPECT_THROW((void)platform::read_component(
                     component("b/x", "1F3A5C7E90B2D4F60817263544536271", "DF2DB1")),
                 base::FileError)
        << "check value";
    EXPECT_THROW((void)platform::read_component(component("b/y", "1F3A", "DF2DB0")),
                 base::FileError)
        << "length";
    const auto open = first();
    ::chmod(open.c_str(), 0640);
    EXPECT_THROW((void)platform::read_component(open), base::FileError) << "others may read it";
}

TEST_F(Ceremony, AFreshComponentIsReadBack) {
    const auto path = folder_ / "a" / "fresh";
    const auto check = platform::make_component(path, "Alice \"A\"", reader::KeyType::Des, 16,
                                                platform::system_random);
    const auto read = platform::read_component(path);
    EXPECT_EQ(platform::check_value(read.type, read.value), check);
    EXPECT_EQ(read.custodian, "Alice \"A\"");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms{0600});
}

TEST(PlatformKeys, WrappedKeysAreBoundToTheirName) {
    const auto plain = hex("00112233445566778899AABBCCDDEEFF");
    const auto wrapped = platform::wrap(key(Master), plain, "a", platform::system_random);
    EXPECT_EQ(platform::unwrap(key(Master), wrapped, "a"), plain);
    EXPECT_EQ(platform::unwrap(key(Master), wrapped, "b"), std::nullopt);
    EXPECT_EQ(platform::unwrap(key("404142434445464748494A4B4C4D4E50"), wrapped, "a"),
              std::nullopt);
    for (std::size_t i = 0; i < wrapped.size(); i += 2) {
        auto changed = wrapped;
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_EQ(platform::unwrap(key(Master), changed, "a"), std::nullopt) << i;
    }
    EXPECT_EQ(platform::unwrap(key(Master), "", "a"), std::nullopt);
    EXPECT_NE(platform::wrap(key(Master), plain, "a", platform::system_random), wrapped);
}

TEST(PlatformKeys, HandOverIsForOneDomainOfOneCard) {
    const platform::Place place{CardId, Domain};
    const auto set = KeySet::from(0x30, reader::KeyType::Aes, key_bytes(0xA0));
    auto handed = platform::hand_over(key(Master), place, set, platform::system_random);
    EXPECT_EQ(platform::take_over(key(Master), place, handed).expose(), key_bytes(0xA0));
    EXPECT_EQ(handed.dump().find("A0A1A2"), std::string::npos);
    EXPECT_THROW((void)platform::take_over(key(Master), {CardId, "D27600011855AA0002"}, handed),
                 platform::Refusal);
    auto changed = handed;
    changed["version"] = 0x31;
    EXPECT_THROW((void)platform::take_over(key(Master), place, changed), platform::Refusal);
    changed = handed;
    changed["checks"] = "000000 000000 000000";
    EXPECT_THROW((void)platform::take_over(key(Master), place, changed), platform::Refusal);
}

}  // namespace
}  // namespace platform_test
