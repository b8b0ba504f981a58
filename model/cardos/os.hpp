/// \file os.hpp
/// The card's operating system: takes commands from both interfaces, keeps the logical channels,
/// and hands each command to what is selected (ISO/IEC 7816-4, GlobalPlatform).
#pragma once

#include <array>
#include <optional>

#include "cardos/card_bay.hpp"
#include "cardos/channel.hpp"
#include "cardos/installed.hpp"
#include "cardos/short_messages.hpp"
#include "domain/open.hpp"

namespace cardos {

/// Runs ahead of time: a command is done at once, and says when it is done.
class Os : private CardBay {
public:
    struct Options {
        std::uint64_t random_seed = 1;
        std::array<Tick, ViaCount> waiting_ticks{};  ///< FWT of the air, BWT of the contacts
    };
    /// Nothing is read before the first command.
    Os(store::Objects& objects, Sectors& sectors, port::CryptoPort& crypto, const Options& options);
    /// The same card over a memory that holds the same; sessions do not come along.
    Os(const Os& other, store::Objects& objects, Sectors& sectors, port::CryptoPort& crypto);

    /// An empty memory becomes a card, at the factory.
    void personalise(const domain::Factory& factory);

    /// The boot loader that started it.
    void attach(port::LoaderPort& loader) noexcept { installed_.attach(loader); }

    /// A session of this interface begins anew.
    void reset(Via via);
    /// All that lies in RAM is gone.
    void power_lost();

    /// One command, from `work.now` on.
    [[nodiscard]] base::Bytes run(Via via, base::ByteView command, store::Work& work);

    [[nodiscard]] domain::Open& open() noexcept { return open_; }
    /// What applications draw from.
    [[nodiscard]] domain::Random& random() noexcept { return random_; }

private:
    using Channels = std::array<Channel, Channel::Count>;
    enum class State : std::uint8_t { Off, Running, Dead };

    /// Comes up at the first command after a loss of power.
    [[nodiscard]] bool ready(store::Work& work);
    [[nodiscard]] apdu::Response answer(Via via, const apdu::Command& command, store::Work& work);
    /// The answer to a part of a chain that is not the last; the whole command after the last.
    [[nodiscard]] std::optional<apdu::Response> chained(Channel& channel,
                                                        const apdu::ClassByte& cla,
                                                        apdu::Command& command);
    [[nodiscard]] static apdu::Response get_response(Channel& channel);
    [[nodiscard]] apdu::Response manage_channel(Channels& channels, const apdu::Command& command);
    [[nodiscard]] apdu::Response select(Via via, Channel& channel, const apdu::Command& command,
                                        store::Work& work);
    [[nodiscard]] apdu::Response select_entry(Via via, Channel& channel, const domain::Entry& entry,
                                              store::Work& work);
    [[nodiscard]] apdu::Response dispatch(Via via, Channel& channel, const apdu::Command& command,
                                          store::Work& work);
    [[nodiscard]] apdu::Response run_application(Via via, Channel& channel,
                                                 const domain::Entry& entry,
                                                 const apdu::Command& command, store::Work& work);
    [[nodiscard]] Context context_of(Via via, const Channel& channel, domain::Slot slot,
                                     store::Work& work);
    /// One transaction of an application's.
    template <typename Call>
    [[nodiscard]] apdu::Response in_transaction(store::Work& work, Call call);
    [[nodiscard]] bool selected_elsewhere(domain::Slot slot) const;

    // os_messages.cpp
    /// Nothing: the command is for what is selected.
    [[nodiscard]] std::optional<apdu::Response> toolkit(const apdu::Command& command,
                                                        store::Work& work);
    [[nodiscard]] apdu::Response receive(const ArrivedPacket& arrived, store::Work& work);
    [[nodiscard]] std::optional<domain::Slot> target_of(
        const std::array<std::uint8_t, 3>& tar) const;
    [[nodiscard]] base::Bytes execute(domain::Slot target, base::ByteView payload,
                                      store::Work& work);

    // os_inside.cpp
    [[nodiscard]] bool knows(base::ByteView aid) const override;
    [[nodiscard]] std::optional<base::Bytes> published(base::ByteView aid,
                                                       std::uint8_t number) const override;
    [[nodiscard]] base::Bytes reset(std::uint8_t card) override;
    [[nodiscard]] apdu::Response exchange(const apdu::Command& command, store::Work& work) override;

    store::Objects& objects_;
    Options options_;
    domain::Random random_;
    Installed installed_;
    domain::Open open_;
    std::array<Channels, ViaCount> channels_{};
    const Channel* at_work_ = nullptr;
    ShortMessages messages_{};
    State state_ = State::Off;
};

}  // namespace cardos
