/// \file errand.hpp
/// What a platform does with one domain of one card: it gives out APDUs and takes their answers
/// until the domain has the keys it shall have.
///
/// It keeps no memory of what was done before but asks the card each time: select the domain, see
/// which keys it opens with, do what is missing, ask again. So the first attempt, and one after the
/// line, the card or the platform was lost, are the same.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/card_commands.hpp"
#include "platform/key_store.hpp"

namespace platform {

struct Plan {
    Place place{};
    /// What the domain may have, latest first: the first is what it shall have. None: it shall open
    /// with what `opener` has of its own.
    std::vector<StoredSet> sets{};
    /// The commands of the issuer's channel that give the domain its first keys; nothing: those
    /// that bring in the last of `sets`.
    std::function<std::vector<apdu::Command>(const Channel&)> first_keys{};
    /// Version of keys that the domain shall not have in the end; 0: none.
    std::uint8_t dropped = 0;
    std::uint8_t level = 0x33;
    /// The keys of the issuer security domain, for who may make and fill domains.
    std::optional<KeySet> issuer_keys{};
    std::string issuer{};  ///< its AID
    std::uint8_t issuer_level = 0x33;
    DomainTemplate made_of{};
    Opener opener = open_scp;
    Random random = system_random;
};

class Errand {
public:
    explicit Errand(Plan plan);

    /// The next APDU for the card, the same one until it is answered; nothing: it is over.
    [[nodiscard]] const std::optional<Step>& next() const noexcept { return step_; }
    /// Its answer, data and status. Empty or wrong ones never do harm: the card is asked again.
    void take(base::ByteView answer);

    /// Whether the domain has what it shall have: a channel with it is open.
    [[nodiscard]] bool done() const noexcept { return done_; }
    /// Why it ended otherwise; one word of Refusal and a line.
    [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
    /// The set with which the last answer opened a channel; nothing unless it did.
    [[nodiscard]] std::optional<long long> opened() const noexcept { return opened_; }

private:
    enum class State : std::uint8_t { Selecting, Opening, Commanding, Over };
    enum class Target : std::uint8_t { Domain, Issuer };

    void visit(Target target);
    void selected(base::ByteView answer);
    void open();
    void go_on_opening();
    void channel_open(std::size_t candidate);
    void has_wanted_keys();
    void send(std::string name, const apdu::Command& command, std::string checks = {});
    void answered(base::ByteView answer);
    void next_command();
    void store_first_keys();
    void again(const std::string& what);
    void fail(std::string code, std::string line);

    Plan plan_;
    State state_ = State::Selecting;
    Target target_ = Target::Domain;
    bool missing_ = false;  ///< the domain is not there
    unsigned setbacks_ = 0;
    std::optional<Step> step_{};
    std::unique_ptr<Opening> opening_{};
    std::unique_ptr<Channel> channel_{};
    std::deque<base::Bytes> parts_{};   ///< of the command under way
    unsigned commands_ = 0;             ///< sent in this channel
    std::deque<apdu::Command> keys_{};  ///< what is left of the commands that bring first keys in
    bool dropping_ = false;             ///< DELETE is under way
    bool dropped_ = false;
    std::optional<long long> opened_{};
    bool done_ = false;
    std::string failure_{};
    std::string reason_{};
};

}  // namespace platform
