// No key in any log, trace, database or message: looked for by a test that knows them all.
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "chip_card.hpp"
#include "lab/platform_lab.hpp"
#include "platform/refusal.hpp"

namespace platform_test {
namespace {

namespace fs = std::filesystem;
using lab::Hop;
using lab::PlatformLab;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string base64(base::ByteView bytes) {
    constexpr std::string_view Digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i + 2 < bytes.size(); i += 3) {
        const unsigned three =
            static_cast<unsigned>(bytes[i] << 16U | bytes[i + 1] << 8U) | bytes[i + 2];
        for (const unsigned shift : {18U, 12U, 6U, 0U}) out += Digits[three >> shift & 63U];
    }
    return out;
}

/// Keeps everything that was said or written.
class Everything {
public:
    void add(const std::string& where, std::string text) { all_.emplace_back(where, text); }
    void add_files(const fs::path& folder) {
        for (const auto& entry : fs::recursive_directory_iterator{folder}) {
            if (!entry.is_regular_file()) continue;
            std::ostringstream text;
            text << std::ifstream{entry.path(), std::ios::binary}.rdbuf();
            add(entry.path().filename(), text.str());
        }
    }
    /// Where the secret stands: as bytes, in hexadecimal of both cases, with spaces, in base 64.
    [[nodiscard]] std::string find(base::ByteView secret) const {
        const std::vector<std::string> forms{std::string(secret.begin(), secret.end()),
                                             base::to_hex(secret), lower(base::to_hex(secret)),
                                             base::to_hex(secret, " "), base64(secret)};
        for (const auto& [where, text] : all_)
            for (const auto& form : forms)
                if (text.find(form) != std::string::npos) return where;
        return {};
    }
    [[nodiscard]] std::size_t size() const { return all_.size(); }

private:
    std::vector<std::pair<std::string, std::string>> all_{};
};

/// Hears every body.
class ListeningWire final : public platform::Wire {
public:
    ListeningWire(Everything& all, std::unique_ptr<platform::Wire> inner)
        : all_{all}, inner_{std::move(inner)} {}
    std::string post(const std::string& path, const std::string& body) override {
        all_.add("message", body);
        auto answer = inner_->post(path, body);
        all_.add("message", answer);
        return answer;
    }

private:
    Everything& all_;
    std::unique_ptr<platform::Wire> inner_;
};

/// SCP03 session keys follow from the keys and the challenges, which the trace has.
std::vector<base::Bytes> session_keys(const std::vector<base::Bytes>& key_sets,
                                      const std::vector<std::pair<base::Bytes, base::Bytes>>& all) {
    std::vector<base::Bytes> found;
    for (const auto& [command, answer] : all) {
        if (command[1] != 0x50 || answer.size() < 29) continue;
        base::Bytes context(command.begin() + 5, command.begin() + 13);
        context.insert(context.end(), answer.begin() + 13, answer.begin() + 21);
        for (const auto& set : key_sets) {
            const reader::ScpKey enc{base::ByteView{set}.first(16)};
            const reader::ScpKey mac{base::ByteView{set}.subspan(16, 16)};
            found.push_back(reader::scp03_derive(enc, 0x04, 128, context));
            found.push_back(reader::scp03_derive(mac, 0x06, 128, context));
            found.push_back(reader::scp03_derive(mac, 0x07, 128, context));
        }
    }
    return found;
}

/// All flows of the platforms; the provider's domain with or without SCP10.
void look_everywhere(std::optional<platform::Scp10Terms> scp10) {
    Everything all;
    auto log = std::make_shared<std::ostringstream>();
    const auto before = spdlog::default_logger();
    auto logger = std::make_shared<spdlog::logger>(
        "all", std::make_shared<spdlog::sinks::ostream_sink_mt>(*log));
    logger->set_level(spdlog::level::trace);
    spdlog::set_default_logger(logger);

    std::vector<base::Bytes> drawn;
    const auto maker = [&](const platform::Place&, std::size_t size) {
        drawn.push_back(platform::system_random(size));
        return drawn.back();
    };
    lab::PlatformLabOptions options;
    options.issuer_keys = maker;
    options.provider_keys = maker;
    // What SCP10 makes its session keys of, and the pair of the domain: a half of 32 bytes, or two
    // keys of 16 and the 32 bytes with which OAEP hides them. Sessions have names of 16 bytes.
    std::vector<base::Bytes> made;
    std::vector<base::Bytes> names_or_keys;
    const auto random = [&](std::size_t size) {
        auto bytes = platform::system_random(size);
        if (size == 16) names_or_keys.push_back(bytes);
        if (size == 32) {
            made.push_back(bytes);
            if (names_or_keys.size() > 1)
                made.insert(made.end(), names_or_keys.end() - 2, names_or_keys.end());
        }
        if (size != 16) names_or_keys.clear();
        return bytes;
    };
    options.issuer_random = random;
    options.provider_random = random;
    options.scp10 = scp10;
    options.scp10_pairs = [&] {
        auto pair = reader::RsaPrivateKey::draw();
        made.push_back(pair.expose());
        return pair;
    };
    options.between = [&](Hop, std::unique_ptr<platform::Wire> inner) {
        return std::make_unique<ListeningWire>(all, std::move(inner));
    };
    PlatformLab lab{std::move(options)};
    lab::register_test_card(lab, CardId);
    ChipCard card;
    std::vector<std::pair<base::Bytes, base::Bytes>> trace;
    card.after = [&](unsigned, base::ByteView command, base::ByteView answer) {
        trace.emplace_back(base::Bytes(command.begin(), command.end()),
                           base::Bytes(answer.begin(), answer.end()));
    };
    const auto run = [&](Hop hop, const std::string& job, const std::string& domain) {
        auto line = lab.connect(hop);
        platform::Terminal terminal{*line.remote, card};
        terminal.run(job, CardId, domain);
    };
    const std::string own = "D27600011855BB0002";
    run(Hop::IssuerTerminal, "create", own);
    run(Hop::ProviderTerminal, "download", Domain);
    lab.issuer().force({CardId, own});
    run(Hop::IssuerTerminal, "update", own);
    lab.provider().force({CardId, Domain});
    run(Hop::ProviderTerminal, "update", Domain);
    EXPECT_THROW(run(Hop::IssuerTerminal, "update", Domain), platform::Refusal);

    for (const auto& [command, answer] : trace) {
        all.add("trace", std::string(command.begin(), command.end()));
        all.add("trace", std::string(answer.begin(), answer.end()));
    }
    all.add_files(lab.folder());  // databases with their journals
    all.add("log", log->str());
    spdlog::set_default_logger(before);
    for (auto* office : {&lab.issuer_office(), &lab.provider_office()})
        for (const auto& entry : office->audit.entries(office->database))
            all.add("audit", entry.who + entry.what + entry.card + entry.domain + entry.checks);
    ASSERT_GT(all.size(), 150U);

    // Two for each domain, and one for each update; with SCP10 there are no initial keys.
    ASSERT_EQ(drawn.size(), scp10 ? 5U : 6U);
    ASSERT_EQ(made.empty(), !scp10.has_value());
    if (scp10) {
        const bool transport = scp10->option == reader::Scp10Option::KeyTransport;
        ASSERT_EQ(made.size(),
                  transport ? 7U : 3U);  // the issuer's look, the provider's entry, the pair
    }
    std::vector<base::Bytes> sets = drawn;
    sets.push_back(key_bytes(0x40));  // the issuer's domain
    std::vector<base::Bytes> secrets = lab.secrets();
    secrets.insert(secrets.end(), made.begin(), made.end());
    for (const auto& set : sets)
        for (std::size_t i = 0; i < 3; ++i)
            secrets.emplace_back(set.begin() + static_cast<std::ptrdiff_t>(16 * i),
                                 set.begin() + static_cast<std::ptrdiff_t>(16 * (i + 1)));
    for (auto& key : session_keys(sets, trace)) secrets.push_back(std::move(key));
    ASSERT_GT(secrets.size(), 100U);
    for (const auto& secret : secrets)
        EXPECT_EQ(all.find(secret), "") << "a secret of " << secret.size() << " bytes";

    // The search finds what is there.
    EXPECT_NE(all.find(hex("8050")), "");
    EXPECT_NE(all.find(hex(CardId)), "");
}

TEST(Secrecy, NoKeyLeavesAPlatformInClear) { look_everywhere({}); }
TEST(Secrecy, NoKeyOfScp10KeyAgreementEither) {
    look_everywhere(platform::Scp10Terms{reader::Scp10Option::KeyAgreement});
}
TEST(Secrecy, NoKeyOfScp10KeyTransportEither) {
    look_everywhere(platform::Scp10Terms{reader::Scp10Option::KeyTransport});
}

}  // namespace
}  // namespace platform_test
