#include "storm.hpp"

#include <random>
#include <span>

#include "apdu/command.hpp"
#include "card.hpp"
#include "reader/secure_channel.hpp"

namespace bench {
namespace {

constexpr std::string_view Issuer = "A000000151000000";
constexpr std::string_view Ssd = "D27600011855AA0001";
constexpr unsigned CommandsOfACard = 150;

// Right commands, by who understands them; in class 80 where a secure channel may wrap them.
constexpr std::string_view ForDomains[] = {
    "80CA006600",
    "80CA00E000",
    "80CA9F7F00",
    "80CA004200",
    "80CA2F0000",
    "80CAFF2100",
    "80F28002024F0000",
    "80F24002024F0000",
    "80F24003024F0000",
    "80F22002024F0000",
    "80F21002064F04D276000100",
    "80F240020E4F09D27600011855AA00015C014F00",
    "80F0408008D276000118AA1001",
    "80F0400008D276000118AA1001",
    "80F0800708A000000151000000",
    "80F0800F08A000000151000000",
    "80F0807F08A000000151000000",
    "80E60C002007D276000118AA1008D276000118AA100108D276000118AA1002010002C9000000",
    "80E60C002D07A000000151535008A00000015153504109D27600011855AA000103A000000AC90A8102037082012087"
    "01200000",
    "80E60C002007D276000118AA3008D276000118AA300108D276000118AA3001010002C9000000",
    "80E620000F000009D27600011855AA000100000000",
    "80E610001709D27600011855AA00010008D276000118AA100100000000",
    "80E6400012000009D27600011855AA000103A00000000000",
    "80E602001407D276000118AA2008A00000015100000000000000",
    "80E8000010C41C0102030405060708090A0B0C0D0E",
    "80E880011000112233445566778899AABBCCDDEEFF00",
    "80E400000A4F08D276000118AA100200",
    "80E400000B4F09D27600011855AA000100",
    "80E40080094F07D276000118AA2000",
    "80E4000003D2012100",
    "80D8008143218010A0B4B6C1D7C9BAE2F1A9F1A4E2D6B7C803E933478010A0B4B6C1D7C9BAE2F1A9F1A4E2D6B7C803"
    "B2EFCB8010A0B4B6C1D7C9BAE2F1A9F1A4E2D6B7C803A2AAF400",
    "80D83081183088111000112233445566778899AABBCCDDEEFF03DCC3AC00",
    "80E290000942014145054142434445",
    "80E28800068F010301020300",
    "80E20000080102030405060708",
    "807A10010000",
    "8078000300",
    "8050300008001122334455667700",
    "8050200008001122334455667700",
    "848233001000112233445566778899AABBCCDDEEFF"};
constexpr std::string_view ForTheTestApplication[] = {"8003000001", "80040000040102030400",
                                                      "8001020000", "10040000020102"};
constexpr std::string_view ForPurses[] = {"805000020B010000138810000000000110",
                                          "805200000B202401151030009519380B04",
                                          "805001020B01000000C81000000000010F",
                                          "805401000F00000065202401151745123790E9DA08",
                                          "805003020B010000012C1000000000010F",
                                          "80DC01BC10000102030405060708090A0B0C0D0E0F",
                                          "805A000602002B08",
                                          "805C000204",
                                          "0084000004",
                                          "841E00000425A5B4D0",
                                          "841800000425A5B4D0",
                                          "00B095001E",
                                          "00B201C417",
                                          "04D695001431323334353637383930414243444546FDFB6EC2"};
constexpr std::string_view ForSectorAccess[] = {
    "00240000083132333434333231",
    "80CA010000",
    "80B0010010",
    "80D601011000112233445566778899AABBCCDDEEFF",
    "80320100",
    "80340100",
    "80B400000D070B01000F0B54570745FE3AE700",
    "80D400001D061B0100020B54570745FE3AE700112233445566778899AABBCCDDEEFF"};
constexpr std::string_view ForTheCard[] = {"00A4040008A00000015100000000",
                                           "00A4040008D276000118AA100100",
                                           "00A4040206D276000118AA00",
                                           "00A4040009D27600011855AA000100",
                                           "00A4040008D276000118AA300100",
                                           "00A4040008D276000118AA400100",
                                           "0070000001",
                                           "00708001",
                                           "01A4040008D276000118AA100100",
                                           "00C0000000",
                                           "002000000431323334"};

struct Target {
    std::string_view name{};
    std::span<const std::string_view> commands{};
};
constexpr Target Targets[] = {{Issuer, ForDomains},
                              {Ssd, ForDomains},
                              {TestApplication, ForTheTestApplication},
                              {Purse, ForPurses},
                              {SectorAccess, ForSectorAccess}};
reader::ChannelKeys test_keys() {
    const auto key = [](std::uint8_t first) {
        base::Bytes bytes;
        for (std::uint8_t i = 0; i < 16; ++i) bytes.push_back(static_cast<std::uint8_t>(first + i));
        return reader::ScpKey{bytes};
    };
    return {key(0x40), key(0x50), key(0x60)};
}

Card full_card() {
    cardos::ChipOptions options;
    cardos::preload(
        options.factory, "purse",
        hex("81143F0101003CC71C829687C2C2C4B65509F2E7087381143E01010064835FFB0E61363A1B34A6F5D0"
            "419A55811434000100798A4F2B936AFAD15981E0F980674FEA820D02000003E8000186A00007002A85"
            "0417021004"));
    cardos::preload(options.factory, "sector-access",
                    hex("810D01FFFFFFFFFFFFFFFFFFFFFFFF840431323334"));
    domain::FactoryApplication ssd;
    ssd.load_file = domain::Aid::from(hex("A0000001515350")).value();
    ssd.module = domain::Aid::from(hex("A000000151535041")).value();
    ssd.aid = domain::Aid::from(hex(Ssd)).value();
    ssd.privileges = domain::Privileges{0xA00000};
    options.factory.applications.push_back(ssd);
    return Card{std::move(options)};
}

class Storm {
public:
    explicit Storm(std::uint32_t seed) : random_{seed} {}

    void run(unsigned commands) {
        const Card fresh = full_card();
        while (sent_ < commands && !testing::Test::HasFailure()) one_card(fresh);
        EXPECT_GT(done_, sent_ / 6) << "few get past the doors";
    }

private:
    unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

    void one_card(const Card& fresh) {
        Card card{fresh};
        aim(card);
        for (unsigned i = 0; i < CommandsOfACard && !testing::Test::HasFailure(); ++i) {
            if (below(30) == 0) aim(card);
            step(card);
        }
        card.cut(card.sent_at + below(40'000));
        const auto back = card.answer(hex("00A4040000"));
        ASSERT_GE(back.size(), 2U);
    }

    /// Selects something, and opens a channel where there may be one.
    void aim(Card& card) {
        target_ = &Targets[below(std::size(Targets))];
        channel_.reset();
        // Behind the first part of a chain a SELECT is not run.
        if (card.select(target_->name) != "6883") scp02_ = false;
        const bool plain = target_->name == TestApplication || target_->name == Purse;
        if (!plain && below(6) != 0) open(card);
    }

    void open(Card& card) {
        channel_.emplace(test_keys());
        constexpr std::uint8_t Levels[] = {0x00, 0x01, 0x03, 0x10, 0x11, 0x13, 0x33};
        const auto challenge = hex("0011223344556677");
        const auto offer =
            card.answer(reader::initialize_update(below(2) == 0 ? 0x20 : 0x30, challenge));
        if (!channel_->offered(challenge, offer)) return;
        const std::uint8_t level = Levels[below(std::size(Levels))];
        scp02_ = channel_->offer().protocol == reader::ScpProtocol::Scp02;
        (void)channel_->opened(card.answer(channel_->external_authenticate(level)));
    }

    base::Bytes command() {
        const auto& commands =
            below(12) == 0 ? std::span<const std::string_view>{ForTheCard} : target_->commands;
        base::Bytes bytes = hex(commands[below(static_cast<unsigned>(commands.size()))]);
        for (unsigned changes = below(5) == 0 ? 1 + below(3) : 0; changes > 0; --changes) {
            const auto at = static_cast<std::size_t>(below(static_cast<unsigned>(bytes.size())));
            const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
            switch (below(5)) {
                case 0:
                    bytes[at] = static_cast<std::uint8_t>(random_());
                    break;
                case 1:
                    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1U << below(8));
                    break;
                case 2:
                    bytes.erase(place, bytes.end());
                    break;
                case 3:
                    bytes.insert(place, static_cast<std::uint8_t>(random_()));
                    break;
                default:
                    bytes.erase(place);
                    break;
            }
            if (bytes.empty()) bytes.push_back(0);
        }
        return bytes;
    }

    void step(Card& card) {
        const base::Bytes plain = command();
        const auto parsed = apdu::parse(plain);
        if (channel_ && channel_->is_open() && parsed && plain[0] >= 0x80 &&
            parsed->data.size() < 200 && below(25) != 0) {
            bool ended = false;
            (void)channel_->transmit(*parsed, [&](base::ByteView bytes) {
                base::Bytes wrapped{bytes.begin(), bytes.end()};
                // Now and then what a wire does to it.
                if (below(50) == 0) {
                    wrapped[below(static_cast<unsigned>(wrapped.size()))] ^= 0x40;
                    ended = true;
                }
                return judged(card, wrapped);
            });
            if (ended) channel_.reset();
        } else {
            (void)judged(card, plain);
        }
    }

    base::Bytes judged(Card& card, const base::Bytes& bytes) {
        ++sent_;
        const auto answer = card.answer(bytes);
        const auto response = apdu::parse_response(answer);
        EXPECT_TRUE(response) << base::to_hex(bytes);
        if (!response) return answer;
        if (response->ok()) ++done_;
        const auto sw1 = response->sw >> 8;
        EXPECT_TRUE(sw1 == 0x90 || (sw1 > 0x60 && sw1 < 0x70) || (sw1 > 0x90 && sw1 < 0xA0))
            << base::to_hex(bytes) << " " << base::to_hex(answer);
        // SCP02 protects errors too (at level 01 after BEGIN R-MAC); else they come alone.
        constexpr std::size_t MacBytes = 8;
        if (apdu::is_error(response->sw) && !response->data.empty()) {
            EXPECT_TRUE(scp02_) << base::to_hex(bytes);
            EXPECT_LE(response->data.size(), MacBytes) << base::to_hex(bytes);
        }
        EXPECT_LE(response->data.size(), apdu::MostNe);
        return answer;
    }

    std::mt19937 random_;
    std::optional<reader::SecureChannel> channel_{};
    bool scp02_ = false;  ///< the card may be in such a session, whatever came since
    const Target* target_ = &Targets[0];
    unsigned sent_ = 0;
    unsigned done_ = 0;  ///< of them with 9000
};

}  // namespace

void storm(std::uint32_t seed, unsigned commands) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Storm{seed}.run(commands);
}

}  // namespace bench
