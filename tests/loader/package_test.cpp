// OS packages as hosts make and read them: the worked vector, and every way to spoil one.
#include "bench.hpp"
#include "loader/header.hpp"
#include "ota/os_package.hpp"

namespace {

using namespace loader_test;

ota::OsPackage parsed(const base::Bytes& bytes) {
    return std::get<ota::OsPackage>(ota::parse_os_package(bytes));
}

TEST(OsPackage, IsTheWorkedOne) {
    const auto made = package();
    EXPECT_EQ(base::to_hex(made.head), WorkedHeader + WorkedSignature);
    ASSERT_EQ(made.blocks.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(base::to_hex(made.blocks[i]), WorkedBlocks[i]);
        EXPECT_EQ(base::to_hex(made.digests[i + 1]), WorkedNext[i]);
        EXPECT_EQ(base::to_hex(made.block_data(i)),
                  "000" + std::to_string(i) + WorkedBlocks[i] + WorkedNext[i]);
    }
    EXPECT_EQ(base::to_hex(ota::public_point(signer())), WorkedPoint);
}

TEST(OsPackage, TheCardReadsTheWorkedHeaderAsTheHostDoes) {
    const auto header = loader::parse_header(hex(WorkedHeader));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->chip_type, 0x1234);
    EXPECT_EQ(header->least_revision, 0);
    EXPECT_EQ(header->most_revision, 2);
    EXPECT_EQ(header->key_version, 5);
    EXPECT_EQ(header->version, 0x01020003U);
    EXPECT_EQ(header->security_version, 7U);
    EXPECT_EQ(header->image_bytes, 40U);
    EXPECT_EQ(header->load_address, 0x10000U);
    EXPECT_EQ(header->entry, 0x10100U);
    EXPECT_EQ(header->block_bytes, 16);
    EXPECT_EQ(header->blocks, 3);
    EXPECT_EQ(base::to_hex(header->image), WorkedHash);
    const auto host = parsed(package().bytes());
    EXPECT_EQ(host.terms, worked_terms());
    EXPECT_EQ(host.image_bytes, 40U);
    EXPECT_EQ(base::to_hex(host.image_hash), WorkedHash);
}

TEST(OsPackage, ComesBackFromAFile) {
    for (const std::size_t bytes : {1U, 15U, 16U, 17U, 191U, 192U, 1000U, 4096U}) {
        auto terms = worked_terms();
        terms.block_bytes = 192;
        const auto made = package(terms, image(bytes));
        const auto read = parsed(made.bytes());
        EXPECT_EQ(read.terms, terms);
        EXPECT_EQ(read.head, made.head);
        EXPECT_EQ(read.blocks, made.blocks);
        EXPECT_EQ(read.digests, made.digests);
        EXPECT_TRUE(ota::verify_os_package(read, ota::public_point(signer())));
    }
}

TEST(OsPackage, NoByteCanBeChangedUnseen) {
    const auto whole = package().bytes();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto changed = whole;
        changed[i] ^= 0x01;
        const auto read = ota::parse_os_package(changed);
        const auto* sound = std::get_if<ota::OsPackage>(&read);
        EXPECT_TRUE(sound == nullptr ||
                    !ota::verify_os_package(*sound, ota::public_point(signer())))
            << "byte " << i;
    }
}

TEST(OsPackage, NoLengthButTheRightOneIsRead) {
    auto whole = package().bytes();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const base::Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_TRUE(std::holds_alternative<ota::OsFault>(ota::parse_os_package(part))) << size;
    }
    whole.push_back(0);
    EXPECT_TRUE(std::holds_alternative<ota::OsFault>(ota::parse_os_package(whole)));
}

TEST(OsPackage, WhatNoHeaderCanSayIsNotMade) {
    auto terms = worked_terms();
    EXPECT_THROW((void)package(terms, {}), std::invalid_argument);
    terms.block_bytes = 24;
    EXPECT_THROW((void)package(terms), std::invalid_argument);
    terms = worked_terms();
    terms.least_revision = 3;
    EXPECT_THROW((void)package(terms), std::invalid_argument);
}

TEST(OsPackage, AnotherSignersPackageIsNotVerified) {
    auto secret = signer().expose();
    secret[31] ^= 1;
    const auto forged =
        ota::make_os_package(worked_terms(), image(), image_key(), ota::OsSigner{secret});
    EXPECT_FALSE(ota::verify_os_package(forged, ota::public_point(signer())));
}

}  // namespace
