// CAP files against the layout of the Java Card 2.2.2 VM specification, chapter 6, byte by byte.
#include "cap/package.hpp"

#include <gtest/gtest.h>
#include <zip.h>

#include <map>

#include "base/hex.hpp"

namespace cap {
namespace {

using base::Bytes;

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

const Package Purse{
    "cartouche.purse", hex("D276000118AA30"), 1, 0, {{"Purse", hex("D276000118AA3001")}}};

/// Names and contents of the entries of a zip, read with libzip from memory.
std::map<std::string, Bytes> unzip(const Bytes& file) {
    zip_error_t error{};
    zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), 0, &error);
    zip_t* archive = zip_open_from_source(source, ZIP_RDONLY, &error);
    EXPECT_NE(archive, nullptr);
    std::map<std::string, Bytes> entries;
    for (zip_int64_t i = 0; archive != nullptr && i < zip_get_num_entries(archive, 0); ++i) {
        zip_stat_t stat{};
        zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &stat);
        zip_file_t* entry = zip_fopen_index(archive, static_cast<zip_uint64_t>(i), 0);
        Bytes content(stat.size);
        EXPECT_EQ(zip_fread(entry, content.data(), content.size()),
                  static_cast<zip_int64_t>(content.size()));
        zip_fclose(entry);
        entries[stat.name] = content;
    }
    zip_discard(archive);
    return entries;
}

TEST(Cap, ComponentsAreLaidOutAsTheSpecificationSays) {
    std::map<std::string, std::string> seen;
    for (const Component& component : components(Purse))
        seen[component.name] = base::to_hex(component.content);
    // 6.3: tag, size, magic, 2.1, applets, package 1.0, AID
    EXPECT_EQ(seen["Header"],
              "010011DECAFFED0102040001"
              "07D276000118AA30");
    // 6.4: sizes of the eleven, no static fields, no imports, one applet, nothing of our own
    EXPECT_EQ(seen["Directory"],
              "02001F"
              "0011001F000C00010002000000"
              "04000A0004"
              "00000003"
              "000000000000"
              "000100");
    // 6.5: one, its AID, install() at offset 1 of Method
    EXPECT_EQ(seen["Applet"],
              "03000C01"
              "08D276000118AA3001"
              "0001");
    EXPECT_EQ(seen["Import"], "04000100");
    EXPECT_EQ(seen["ConstantPool"], "0500020000");
    EXPECT_EQ(seen["Class"], "060000");
    EXPECT_EQ(seen["Method"], "0700040000307A");
    EXPECT_EQ(seen["StaticField"], "08000A00000000000000000000");
    EXPECT_EQ(seen["RefLocation"], "09000400000000");
    EXPECT_EQ(seen["Descriptor"], "0B0003000000");
    EXPECT_EQ(seen.size(), 10U);
}

TEST(Cap, LoadFileHoldsTheComponentsInTheirOrder) {
    const Bytes block = load_file_data_block(Purse);
    std::string tags;
    for (std::size_t at = 0; at + 3 <= block.size();
         at += 3U + static_cast<std::size_t>(block[at + 1] << 8 | block[at + 2]))
        tags += std::to_string(block[at]) + " ";
    EXPECT_EQ(tags, "1 2 4 3 6 7 8 5 9 ") << "installation order, 6.2";
}

TEST(Cap, FileIsAZipOfManifestAndComponents) {
    const auto entries = unzip(write(Purse));
    EXPECT_EQ(entries.size(), 11U);
    for (const Component& component : components(Purse))
        EXPECT_EQ(entries.at("cartouche/purse/javacard/" + component.name + ".cap"),
                  component.content);
    const Bytes& manifest = entries.at("META-INF/MANIFEST.MF");
    const std::string text{manifest.begin(), manifest.end()};
    for (const char* line :
         {"Manifest-Version: 1.0\r\n", "Java-Card-Package-Name: cartouche.purse\r\n",
          "Java-Card-Package-AID: 0xd2:0x76:0x0:0x1:0x18:0xaa:0x30\r\n",
          "Java-Card-Applet-1-AID: 0xd2:0x76:0x0:0x1:0x18:0xaa:0x30:0x1\r\n"})
        EXPECT_NE(text.find(line), std::string::npos) << line;
    for (std::size_t begin = 0, end = 0; (end = text.find("\r\n", begin)) != std::string::npos;
         begin = end + 2)
        EXPECT_LE(end - begin, 70U) << "longer lines would have to be broken";
}

TEST(Cap, SamePackageGivesTheSameFile) {
    const Bytes file = write(Purse);
    EXPECT_EQ(file, write(Purse));
    // Time and date in the first local header: the first day that a zip knows.
    EXPECT_EQ(base::to_hex(base::ByteView{file}.subspan(10, 4)), "00002100");
}

TEST(Cap, WhatIsNoPackageIsRefused) {
    const auto with = [](auto change) {
        Package package = Purse;
        change(package);
        return package;
    };
    for (const Package& wrong :
         {with([](Package& p) { p.aid.resize(4); }), with([](Package& p) { p.aid.resize(17); }),
          with([](Package& p) { p.name = ""; }), with([](Package& p) { p.name = "a..b"; }),
          with([](Package& p) { p.name = "../etc"; }), with([](Package& p) { p.applets.clear(); }),
          with([](Package& p) { p.applets[0].aid.clear(); }),
          with([](Package& p) { p.applets[0].name = "a\r\nb"; })})
        EXPECT_THROW((void)write(wrong), std::invalid_argument);
}

}  // namespace
}  // namespace cap
