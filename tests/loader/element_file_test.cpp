// A secure element in a file: everything that outlasts power comes back.
#include "loader/element_file.hpp"

#include "base/file.hpp"
#include "bench.hpp"

namespace {

using namespace loader_test;

/// Loads the worked image into the element as far as `blocks`.
void load(loader::Element& element, std::size_t blocks) {
    Card card{element};
    card.power_on();
    ota::OsLoading host{card, host_keys(), challenges()};
    (void)host.load(package(), [&](std::size_t done, std::size_t) {
        if (done == blocks) card.cut = card.now;
    });
    if (card.on()) {
        card.reset();
        EXPECT_EQ(card.send("00A4040000").substr(0, 2), "6F");
    }
    card.power_off();
}

TEST(ElementFile, AnInterruptedLoadGoesOnInAnotherProgram) {
    loader::Element element{element_options()};
    load(element, 2);
    const auto copy = loader::parse_element(loader::serialise(element), "file");
    Card card{*copy};
    card.power_on();
    ota::OsLoading host{card, host_keys(), challenges()};
    EXPECT_EQ(host.load(package()).sent, 1U);
}

TEST(ElementFile, AnOsRunsOnWithWhatItKept) {
    loader::Element element{element_options()};
    load(element, 100);
    const auto file = loader::serialise(element);
    const auto copy = loader::parse_element(file, "file");
    EXPECT_EQ(loader::serialise(*copy), file);
    Card card{*copy};
    card.power_on();
    EXPECT_EQ(card.send("00A4040008D276000118AA500100").substr(0, 2), "6F");
    EXPECT_EQ(card.send("80CA00C100"), "0102000300000007" + WorkedHash + "9000");
}

TEST(ElementFile, DamagedOnesAreRefused) {
    loader::Element element{element_options()};
    load(element, 100);
    const auto file = loader::serialise(element);
    for (std::size_t at = 0; at < file.size(); at += 97) {
        auto changed = file;
        changed[at] ^= 1;
        EXPECT_THROW((void)loader::parse_element(changed, "file"), base::FileError) << at;
        const base::Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(at));
        EXPECT_THROW((void)loader::parse_element(cut, "file"), base::FileError) << at;
    }
}

}  // namespace
