// Packages that are forged, cut, re-versioned or replayed: refused, with the reason, and what the
// element held is as it was (docs/choices.md, system B).
#include "download_bench.hpp"
#include "module_host.hpp"

namespace {

using ota_test::DownloadBench;
using ota_test::Kind;
using ota_test::ModuleHost;
using ota_test::transit;

constexpr apdu::StatusWord Ok = 0x9000;
constexpr apdu::StatusWord Forged = 0x6982;
constexpr apdu::StatusWord Replayed = 0x6984;
constexpr apdu::StatusWord NotNow = 0x6985;
constexpr apdu::StatusWord WrongNumber = 0x6A86;
constexpr apdu::StatusWord WrongData = 0x6A80;
constexpr apdu::StatusWord Exists = 0x6A89;
constexpr apdu::StatusWord OldVersion = 0x63F0;

/// An element with one card already, and somebody at its module.
struct Refusal : testing::Test {
    Refusal() {
        EXPECT_EQ(host.install(host.sealed(transit(4, 0))), Ok);
        before = bench.registry();
    }
    ~Refusal() override {
        EXPECT_EQ(bench.registry(), before) << "what the element held has changed";
        EXPECT_EQ(bench.balance(transit(4).instance), 0U);
        EXPECT_EQ(bench.managed(1)->aid, transit(4).instance);
    }

    DownloadBench bench;
    ModuleHost host{bench.card};
    std::vector<std::string> before{};
};

TEST_F(Refusal, BlocksMissingDoubledAndSwapped) {
    const auto package = host.sealed(transit());
    ASSERT_GE(package.blocks.size(), 4U);
    const auto number = [&](std::size_t i) { return ota::download_block(i, package.blocks[i]); };
    ASSERT_EQ(host.sw(ota::begin_download(package.header)), Ok);
    ASSERT_EQ(host.sw(number(0)), Ok);
    EXPECT_EQ(host.sw(number(2)), WrongNumber) << "block 1 is missing";
    EXPECT_EQ(host.sw(number(1)), NotNow) << "given up";
    EXPECT_EQ(host.sw(ota::install_download()), NotNow);

    const auto doubled = host.sealed(transit());
    ASSERT_EQ(host.sw(ota::begin_download(doubled.header)), Ok);
    ASSERT_EQ(host.sw(ota::download_block(0, doubled.blocks[0])), Ok);
    EXPECT_EQ(host.sw(ota::download_block(0, doubled.blocks[0])), WrongNumber);
    EXPECT_EQ(host.sw(ota::install_download()), NotNow);

    const auto swapped = host.sealed(transit());
    ASSERT_EQ(host.sw(ota::begin_download(swapped.header)), Ok);
    EXPECT_EQ(host.sw(ota::download_block(0, swapped.blocks[1])), Forged)
        << "a block says where it belongs";
    EXPECT_EQ(host.sw(ota::install_download()), NotNow);

    const auto last = host.sealed(transit());
    ASSERT_EQ(host.sw(ota::begin_download(last.header)), Ok);
    for (std::size_t i = 0; i + 1 < last.blocks.size(); ++i)
        ASSERT_EQ(host.sw(ota::download_block(i, last.blocks[i])), Ok);
    EXPECT_EQ(host.sw(ota::install_download()), NotNow) << "the last one is missing";
}

TEST_F(Refusal, EveryByteOfHeaderAndBlock) {
    const auto package = host.sealed(transit());
    for (std::size_t i = 0; i < package.header.size(); ++i) {
        auto header = package.header;
        header[i] ^= 0x01;
        const auto word = host.sw(ota::begin_download(header));
        EXPECT_TRUE(word == Forged || word == Replayed) << i << ": " << std::hex << word;
    }
    for (std::size_t i = 0; i < package.blocks[0].size(); i += 7) {
        const auto fresh = host.sealed(transit());
        ASSERT_EQ(host.sw(ota::begin_download(fresh.header)), Ok);
        auto block = fresh.blocks[0];
        block[i] ^= 0x80;
        EXPECT_EQ(host.sw(ota::download_block(0, block)), Forged) << i;
        EXPECT_EQ(host.sw(ota::download_block(0, fresh.blocks[0])), NotNow) << "given up";
    }
    const auto fresh = host.sealed(transit());
    ASSERT_EQ(host.sw(ota::begin_download(fresh.header)), Ok);
    EXPECT_EQ(host.sw(ota::download_block(0, base::ByteView{fresh.blocks[0]}.first(100))), 0x6700);
}

TEST_F(Refusal, AnotherPlatformsPackage) {
    const auto target =
        host.security.open(host.send(ota::determine_target(Kind::OneCard)).data).value();
    const ota::DataSecurityUnit stranger{reader::ScpKey{base::Bytes(16, 0x55)}};
    EXPECT_EQ(host.install(stranger.seal(transit(), target)), Forged);
}

TEST_F(Refusal, APackageOfAnEarlierRequest) {
    const auto old = host.sealed(transit());
    EXPECT_EQ(host.sw(ota::begin_download(old.header)), Ok);
    (void)host.send(ota::determine_target(Kind::OneCard));
    EXPECT_EQ(host.install(old), Replayed);
}

TEST_F(Refusal, AnotherVersionOrKindInsideThanOutside) {
    auto package = transit();
    auto sealed = host.sealed(package);
    package.version = 2;
    auto other = host.security.seal(package, host.target);
    // Header of version 1, blocks of version 2: each is genuine.
    sealed.blocks = other.blocks;
    EXPECT_EQ(host.install(sealed), WrongData);

    package.kind = Kind::Bank;
    (void)host.sealed(transit());
    EXPECT_EQ(host.install(host.security.seal(package, host.target)), WrongData);
}

TEST_F(Refusal, ACardOrLengthThatWasNotAgreed) {
    (void)host.sealed(transit());
    auto target = host.target;
    target.number = 5;
    EXPECT_EQ(host.sw(ota::begin_download(host.security.seal(transit(), target).header)),
              WrongData);
}

TEST_F(Refusal, NamesThatExist) {
    auto package = transit();
    package.load_file = base::from_hex("D276000118AA30").value();
    package.instance = base::from_hex("D276000118AA6001").value();
    EXPECT_EQ(host.install(host.sealed(package)), Exists) << "the module itself";
    package = transit();
    package.load_file = transit(4).load_file;
    EXPECT_EQ(host.install(host.sealed(package)), Exists);
}

TEST_F(Refusal, CodeThatTheCardDoesNotHave) {
    auto package = transit();
    package.module = base::from_hex("D276000118AAFF01").value();
    EXPECT_NE(host.install(host.sealed(package)), Ok);
    // A load file that names another module than it has code for does not stay either.
    auto broken = transit();
    broken.block.resize(broken.block.size() - 3);
    EXPECT_NE(host.install(host.sealed(broken)), Ok);
    auto parameters = transit();
    parameters.parameters.push_back(0x81);
    EXPECT_NE(host.install(host.sealed(parameters)), Ok);
}

TEST(Versions, NeverGoBack) {
    DownloadBench bench;
    ModuleHost host{bench.card};
    EXPECT_EQ(host.install(host.sealed(transit(1, 0, 7))), Ok);
    EXPECT_EQ(host.install(host.sealed(transit(2, 0, 1))), Ok) << "another issuer counts anew";
    EXPECT_EQ(host.install(host.sealed(transit(1, 0, 7))), OldVersion);
    EXPECT_EQ(host.install(host.sealed(transit(1, 0, 6))), OldVersion);
    EXPECT_EQ(bench.managed(1)->aid, transit(2).instance);
    host.open();
    EXPECT_EQ(host.install(host.sealed(transit(1, 0, 8))), Ok);
    EXPECT_EQ(bench.managed(1)->aid, transit(1).instance);
    EXPECT_FALSE(bench.balance(transit(2).instance)) << "the other one has gone";
}

TEST(Module, OutOfOrderIsRefused) {
    DownloadBench bench;
    ModuleHost host{bench.card};
    EXPECT_EQ(host.sw(ota::begin_download(base::Bytes(36))), NotNow);
    EXPECT_EQ(host.sw(ota::download_block(0, base::Bytes(200))), NotNow);
    EXPECT_EQ(host.sw(ota::install_download()), NotNow);
    EXPECT_EQ(host.sw({0x80, 0x30, 0x00, 0x00, {}, 256}), WrongNumber);
    EXPECT_EQ(host.sw({0x80, 0x30, 0x04, 0x00, {}, 256}), WrongNumber);
    EXPECT_EQ(host.sw({0x80, 0x3A, 0x00, 0x00, {}, 256}), 0x6D00);
    const auto status = ota::parse_status(host.send(ota::download_status()).data);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->state, ota::DownloadStatus::State::None);
}

TEST(Manager, SetsNothingAndTellsNoKeys) {
    DownloadBench bench;
    ModuleHost host{bench.card};
    ASSERT_EQ(host.install(host.sealed(transit())), Ok);
    ASSERT_TRUE(bench.send(ota::select_manager(1)).ok());
    for (unsigned ins = 0; ins < 256; ++ins) {
        const auto i = static_cast<std::uint8_t>(ins);
        if (i == 0x5C || i == 0xCA || i == 0xA4 || i == 0x70 || i == 0xC0) continue;
        const auto answer = bench.send({0x80, i, 0x00, 0x02, {0x00, 0x00, 0x00, 0x01}, 256});
        EXPECT_FALSE(answer.ok()) << ins;
    }
    EXPECT_EQ(bench.send({0x80, 0x5C, 0x00, 0x02, {}, 4}).data, (base::Bytes{0, 0, 3, 0xE8}));
    EXPECT_EQ(bench.send({0x80, 0x5C, 0x00, 0x03, {}, 4}).sw, WrongNumber);
    const auto told = base::to_hex(bench.send(ota::get_card()).data);
    EXPECT_EQ(told.find("3CC71C829687C2C2"), std::string::npos);
}

}  // namespace
