// A secure element's boot code: states, authentic images only, whatever is interrupted.
#include "loader/element.hpp"

#include "bench.hpp"

namespace {

using namespace loader_test;

/// A session of which a test sends each command itself.
class Session {
public:
    explicit Session(Bench& bench) : bench_{bench}, channel_{host_keys()} {
        const base::Bytes challenge(8, 0x5A);
        const auto offer = bench.card.transmit(reader::initialize_update(1, challenge));
        EXPECT_TRUE(channel_.offered(challenge, offer));
        EXPECT_TRUE(channel_.opened(bench.card.transmit(channel_.external_authenticate(0x33))));
    }
    apdu::StatusWord run(std::uint8_t ins, const base::Bytes& data = {}) {
        const auto answer = channel_.transmit(
            {0x80, ins, 0, 0, data, {}}, [&](base::ByteView a) { return bench_.card.transmit(a); });
        return answer ? answer->sw : apdu::StatusWord{0};
    }
    apdu::StatusWord begin(const ota::OsPackage& package) { return run(0xF2, package.head); }
    apdu::StatusWord block(const ota::OsPackage& package, std::size_t i) {
        return run(0xF4, package.block_data(i));
    }

private:
    Bench& bench_;
    reader::SecureChannel channel_;
};

/// Everything that a refused package must leave as it is.
std::string memory(Bench& bench) {
    auto& vault = bench.element.vault();
    const auto progress = vault.progress(bench.card.now);
    return base::to_hex(vault.image(0, vault.image_bytes(), bench.card.now)) +
           base::to_hex(vault.package(bench.card.now)) + std::to_string(progress.next) +
           std::to_string(static_cast<int>(progress.stage)) + std::to_string(progress.load);
}

void load(Bench& bench, const ota::OsPackage& made = package()) {
    ASSERT_EQ(bench.host.load(made).end, End::Loaded);
    bench.card.reset();
    ASSERT_EQ(bench.select(), "9000");
}

TEST(Loader, AnElementWithoutOsSaysSo) {
    Bench bench;
    EXPECT_EQ(bench.card.send("00A4040000"), "6E00");
    EXPECT_EQ(bench.card.send("80F00000"), "9000") << "no Le, no data";
    EXPECT_EQ(bench.card.send("80F0000000"),
              "00"
              "0100"
              "1234"
              "01"
              "4341525400000001"
              "00000000"
              "00000000"
              "00C0"
              "0000"
              "9000");
    EXPECT_EQ(bench.card.send("80F0000100"), "6985");
    EXPECT_EQ(bench.card.send("80F000021A"), "6A86");
    EXPECT_EQ(bench.card.send("80AA0000"), "6D00");
    EXPECT_EQ(bench.card.send("80F2000001AA"), "6982");
    EXPECT_EQ(bench.element.os(), nullptr);
    EXPECT_EQ(base::to_hex(bench.element.loader_bytes()), "4C445200010034");
}

TEST(Loader, TheWorkedImageRunsAfterAReset) {
    Bench bench;
    std::size_t told = 0;
    const auto result = bench.host.load(package(), [&](std::size_t done, std::size_t of) {
        EXPECT_EQ(done, ++told);
        EXPECT_EQ(of, 3U);
    });
    EXPECT_EQ(result.end, End::Loaded);
    EXPECT_EQ(result.sent, 3U);
    const auto hash = bench.host.image_hash();
    ASSERT_TRUE(hash);
    EXPECT_EQ(base::to_hex(*hash), WorkedHash);
    EXPECT_EQ(bench.card.send("00A4040000"), "6E00") << "not before a reset";
    bench.card.reset();
    EXPECT_EQ(bench.select(), "9000");
    EXPECT_EQ(bench.card.send("80F0000000"), "6982") << "SET STATUS to the OS";
    EXPECT_EQ(bench.card.send("00A4040008D276000118AA500100").substr(0, 2), "6F");
    EXPECT_EQ(bench.card.send("80CA00C100"),
              "01020003"
              "00000007" +
                  WorkedHash + "9000");
    EXPECT_EQ(bench.card.send("80F0000000"), "6D00") << "the loader has no say";
    EXPECT_TRUE(bench.element.loader_bytes().empty());
    EXPECT_EQ(bench.host.load(package()).end, End::NoLoader);
}

TEST(Loader, ImagesOfAllSizesAreLoaded) {
    for (const std::size_t bytes : {1U, 191U, 192U, 193U, 1000U, 4096U}) {
        Bench bench;
        auto terms = worked_terms();
        terms.block_bytes = 192;
        load(bench, package(terms, image(bytes)));
        EXPECT_EQ(bench.element.vault().image(0, bytes, bench.card.now), image(bytes));
    }
}

struct Bad {
    std::string name;
    std::function<ota::OsPackage()> make;
    apdu::StatusWord sw;
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

ota::OsPackage changed(const std::function<void(ota::OsTerms&)>& change) {
    auto terms = worked_terms();
    change(terms);
    return package(terms);
}

ota::OsPackage patched(std::size_t at, std::uint8_t value) {
    auto made = package();
    made.head.at(at) = value;
    return made;
}

class Refused : public testing::TestWithParam<Bad> {};

TEST_P(Refused, AndTheOldStateStays) {
    Bench bench;
    {
        auto terms = worked_terms();
        terms.version = 1;
        load(bench, package(terms, image(777)));
    }
    ASSERT_EQ(ota::enter_loader(bench.card, host_keys(), base::Bytes(8, 9)), apdu::Sw::Ok);
    bench.card.reset();
    const auto before = memory(bench);
    const auto result = bench.host.load(GetParam().make());
    EXPECT_EQ(result.end, End::Refused);
    EXPECT_EQ(result.sw, GetParam().sw) << result.why;
    EXPECT_EQ(memory(bench), before);
    EXPECT_TRUE(bench.host.give_up());
    bench.card.reset();
    EXPECT_EQ(bench.select(), "9000") << "the old OS still runs";
}

const std::vector<Bad> AllBad{
    Bad{"Magic", [] { return patched(0, 'X'); }, 0x6A80},
    Bad{"HeaderVersion", [] { return patched(4, 2); }, 0x6A80},
    Bad{"Algorithm", [] { return patched(5, 2); }, 0x6A80},
    Bad{"Patch", [] { return patched(10, 2); }, 0x6A80},
    Bad{"NumberOfBlocks", [] { return patched(35, 4); }, 0x6A80},
    Bad{"KeyVersion", [] { return changed([](auto& t) { t.key_version = 6; }); }, 0x6A80},
    Bad{"HeaderChanged", [] { return patched(15, 4); }, 0x6982},
    Bad{"SignatureChanged", [] { return patched(163, 0xDD); }, 0x6982},
    Bad{"SignatureZero",
        [] {
            auto made = package();
            std::fill(made.head.begin() + 100, made.head.end(), std::uint8_t{0});
            return made;
        },
        0x6982},
    Bad{"OtherSigner",
        [] {
            auto secret = signer().expose();
            secret[0] ^= 1;
            return ota::make_os_package(worked_terms(), image(), image_key(),
                                        ota::OsSigner{secret});
        },
        0x6982},
    Bad{"OtherChip", [] { return changed([](auto& t) { t.chip_type = 0x1235; }); }, 0x6985},
    Bad{"OlderHardware", [] { return changed([](auto& t) { t.most_revision = 0; }); }, 0x6985},
    Bad{"NewerHardware", [] { return changed([](auto& t) { t.least_revision = 2; }); }, 0x6985},
    Bad{"RollBack", [] { return changed([](auto& t) { t.security_version = 6; }); }, 0x63F0},
    Bad{"TooLarge",
        [] {
            auto terms = worked_terms();
            terms.block_bytes = 192;
            return package(terms, image(4097));
        },
        0x6A84},
    Bad{"BelowTheRegion", [] { return changed([](auto& t) { t.load_address = 0xFFFF; }); }, 0x6A84},
    Bad{"AboveTheRegion", [] { return changed([](auto& t) { t.load_address = 0x11000; }); },
        0x6A84},
    Bad{"AddressWrapsAround", [] { return changed([](auto& t) { t.load_address = 0xFFFF'FFF0; }); },
        0x6A84},
    Bad{"EntryOutside", [] { return changed([](auto& t) { t.entry = 0x11000; }); }, 0x6A84}};

std::string name_of(const testing::TestParamInfo<Bad>& bad) { return bad.param.name; }

INSTANTIATE_TEST_SUITE_P(, Refused, testing::ValuesIn(AllBad), name_of);

TEST(Loader, BlocksComeInOrderAndUnchanged) {
    Bench bench;
    const auto made = package();
    Session session{bench};
    EXPECT_EQ(session.block(made, 0), 0x6985) << "BEGIN first";
    ASSERT_EQ(session.begin(made), 0x9000);
    EXPECT_EQ(session.block(made, 1), 0x6A86);
    ASSERT_EQ(session.block(made, 0), 0x9000);
    EXPECT_EQ(session.block(made, 0), 0x6A86) << "a replay";
    auto forged = made.block_data(1);
    forged[2] ^= 1;
    EXPECT_EQ(session.run(0xF4, forged), 0x6988);
    forged = made.block_data(1);
    forged.back() ^= 1;
    EXPECT_EQ(session.run(0xF4, forged), 0x6988) << "the digest of the next is signed too";
    EXPECT_EQ(session.run(0xF4, base::Bytes(49)), 0x6700);
    EXPECT_EQ(session.run(0xF6), 0x6985) << "not whole";
    EXPECT_EQ(session.block(made, 1), 0x9000);
    EXPECT_EQ(session.block(made, 2), 0x9000);
    EXPECT_EQ(session.block(made, 2), 0x6A86) << "behind the last";
    EXPECT_EQ(session.run(0xF6), 0x9000);
    EXPECT_EQ(session.run(0xF6), 0x9000) << "its answer may have been lost";
    EXPECT_EQ(session.begin(made), 0x6985) << "a reset is due";
}

TEST(Loader, AnImageOtherThanItsHashIsErased) {
    // Signed, whole, and yet not what it says: made with another key.
    const auto made = ota::make_os_package(worked_terms(), image(),
                                           ota::OsKey{array<16>(std::string(32, '1'))}, signer());
    Bench bench;
    const auto result = bench.host.load(made);
    EXPECT_EQ(result.end, End::Refused);
    EXPECT_EQ(result.sw, 0x6984);
    EXPECT_EQ(bench.element.vault().image(0, 48, bench.card.now), base::Bytes(48));
    bench.card.reset();
    EXPECT_EQ(bench.select(), "6E00");
    load(bench);
}

TEST(Loader, AnOsIsVerifiedAtEveryStart) {
    Bench bench;
    load(bench);
    bench.card.power_off();
    auto& vault = bench.element.vault();
    vault.memory().cells().run({nvm::Step::Kind::Program,
                                vault.image_range().address / nvm::PageBytes,
                                base::Bytes(nvm::PageBytes, 0xFF)});
    bench.card.power_on();
    EXPECT_EQ(bench.select(), "6E00");
    const auto status = bench.host.status();
    ASSERT_TRUE(status);
    EXPECT_EQ(status->state, ota::LoaderState::Invalid);
    load(bench);
}

TEST(Loader, SecurityVersionsRiseOnlyWithAnOsThatRuns) {
    auto options = element_options();
    options.counters.security_version = 5;
    // Version 9 does not come up.
    options.make_os = [](const port::LoaderPort::Image& given) {
        return given.security_version == 9 ? nullptr : loader::make_default_os(given);
    };
    Bench bench{std::move(options)};
    const auto with = [&](std::uint32_t version) {
        return bench.host.load(changed([&](auto& t) { t.security_version = version; }));
    };
    EXPECT_EQ(with(4).sw, 0x63F0);
    ASSERT_EQ(with(9).end, End::Loaded);
    bench.card.reset();
    const auto status = bench.host.status();
    ASSERT_TRUE(status) << "the loader has control";
    EXPECT_EQ(status->state, ota::LoaderState::Invalid);
    EXPECT_EQ(status->security_version, 5U);
    ASSERT_EQ(with(6).end, End::Loaded) << "the way back is open";
    bench.card.reset();
    EXPECT_EQ(bench.select(), "9000");
    EXPECT_EQ(bench.element.vault().counters(bench.card.now).security_version, 6U);
}

TEST(Loader, TheOsCallsTheLoaderWithItsKeysOnly) {
    Bench bench;
    load(bench);
    ASSERT_EQ(bench.card.send("00A4040008D276000118AA500100").substr(0, 2), "6F");
    EXPECT_EQ(bench.card.send("80FA0000"), "6982");
    EXPECT_EQ(bench.card.send("80FA000001AA"), "6700");
    EXPECT_EQ(bench.card.send("80CA00C000"), "6A88");
    bench.card.reset();
    EXPECT_EQ(bench.select(), "9000") << "still the OS";
    reader::ChannelKeys wrong = host_keys();
    wrong.mac = reader::ScpKey{base::Bytes(16, 1)};
    EXPECT_EQ(ota::enter_loader(bench.card, wrong, base::Bytes(8, 1)), 0x6982);
    EXPECT_EQ(ota::enter_loader(bench.card, host_keys(), base::Bytes(8, 2)), 0x9000);
    EXPECT_EQ(bench.select(), "9000") << "until the reset";
    bench.card.reset();
    const auto status = bench.host.status();
    ASSERT_TRUE(status);
    EXPECT_EQ(status->state, ota::LoaderState::Requested);
    EXPECT_EQ(status->version, 0x01020003U);
    bench.card.power_on();
    EXPECT_TRUE(bench.host.status()) << "a request outlasts power";
}

TEST(Loader, AnUpdateForgetsWhatTheOldOsKept) {
    Bench bench;
    load(bench);
    const auto application = domain::Aid::from(hex("D276000118AA1001")).value();
    const auto knows = [&] {
        return bench.element.os()->open().select(application.bytes()) != nullptr;
    };
    ASSERT_TRUE(knows());
    // DELETE of the test application, in the issuer's channel.
    reader::SecureChannel channel{host_keys()};
    const base::Bytes challenge(8, 3);
    ASSERT_TRUE(channel.offered(challenge,
                                bench.card.transmit(reader::initialize_update(0x30, challenge))));
    ASSERT_TRUE(channel.opened(bench.card.transmit(channel.external_authenticate(0x01))));
    const auto gone = channel.transmit({0x80, 0xE4, 0, 0, hex("4F08D276000118AA1001"), 256},
                                       [&](base::ByteView a) { return bench.card.transmit(a); });
    ASSERT_TRUE(gone && gone->ok());
    ASSERT_FALSE(knows());
    bench.card.power_on();
    EXPECT_EQ(bench.select(), "9000");
    EXPECT_FALSE(knows()) << "a start of the same OS keeps what it has";
    ASSERT_EQ(ota::enter_loader(bench.card, host_keys(), base::Bytes(8, 2)), 0x9000);
    bench.card.reset();
    load(bench, changed([](auto& t) { t.version = 0x01020004; }));
    EXPECT_TRUE(knows()) << "the new OS begins with an empty memory";
}

TEST(Loader, WrongKeysAreCountedAndLockTheLoader) {
    Bench bench;
    const auto attempt = [&] {
        // A host that does not check the card's cryptogram.
        const auto offer = bench.card.send("8050000008" + std::string(16, 'A') + "00");
        if (offer.size() < 10) return offer;
        return bench.card.send("8482330010" + std::string(32, 'B'));
    };
    for (int i = 0; i < 9; ++i) EXPECT_EQ(attempt(), "6982") << i;
    EXPECT_EQ(bench.host.load(package()).end, End::Loaded) << "a right one sets the count to 0";
    bench.card.reset();
    ASSERT_EQ(ota::enter_loader(bench.card, host_keys(), base::Bytes(8, 2)), 0x9000);
    bench.card.reset();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(attempt(), "6982") << i;
    EXPECT_EQ(attempt(), "6983");
    bench.card.power_on();
    const auto result = bench.host.load(package());
    EXPECT_EQ(result.end, End::Refused);
    EXPECT_EQ(result.sw, 0x6983);
}

TEST(Loader, NothingComesOverTheAirUnlessAllowed) {
    for (const bool allowed : {false, true}) {
        auto options = element_options();
        options.identity.field_loads = allowed;
        loader::Element element{std::move(options)};
        Card card{element, true};
        card.power_on();
        ota::OsLoading host{card, host_keys(), challenges()};
        EXPECT_TRUE(host.status());
        const auto result = host.load(package());
        EXPECT_EQ(result.end, allowed ? End::Loaded : End::Refused);
        EXPECT_EQ(result.sw, allowed ? 0 : 0x6985);
    }
}

TEST(Loader, AMacThatIsWrongEndsTheChannel) {
    Bench bench;
    Session session{bench};
    ASSERT_EQ(session.begin(package()), 0x9000);
    EXPECT_EQ(bench.card.send("84F4000010" + std::string(32, '0')), "6982");
    EXPECT_EQ(session.block(package(), 0), 0x6982);
}

TEST(Loader, TheOtherInterfaceEndsAChannelAndFindsTheLoad) {
    auto options = element_options();
    options.identity.field_loads = true;
    Bench bench{std::move(options)};
    Card air{bench.element, true};
    Session session{bench};
    ASSERT_EQ(session.begin(package()), 0x9000);
    ASSERT_EQ(session.block(package(), 0), 0x9000);
    air.now = bench.card.now;
    air.power_on();
    EXPECT_EQ(session.block(package(), 1), 0x9000) << "a field alone disturbs nobody";
    air.now = bench.card.now;
    EXPECT_EQ(air.send("80F0000000").substr(48), "00029000");
    bench.card.now = air.now;
    EXPECT_EQ(session.block(package(), 2), 0x6982);
    air.now = bench.card.now;
    EXPECT_EQ(ota::OsLoading(air, host_keys(), challenges()).load(package()).sent, 1U);
    air.power_on();
    EXPECT_EQ(air.send("00A4040000").substr(0, 2), "6F");
}

TEST(Loader, CommandsOutsideOfTheChannelEndIt) {
    Bench bench;
    Session session{bench};
    ASSERT_EQ(session.begin(package()), 0x9000);
    EXPECT_TRUE(bench.host.status()) << "the status may be asked at any time";
    EXPECT_EQ(session.block(package(), 0), 0x9000);
    EXPECT_EQ(bench.card.send("80F40000"), "6982");
    EXPECT_EQ(session.block(package(), 1), 0x6982);
}

}  // namespace
