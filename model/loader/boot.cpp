#include "loader/boot.hpp"

#include <algorithm>

#include "base/key.hpp"

namespace loader {
namespace {

using apdu::Response;
using apdu::Sw;

constexpr std::uint8_t ClaPlain = 0x80;
constexpr std::uint8_t ClaSecure = 0x84;
constexpr std::uint8_t InsInitializeUpdate = 0x50;
constexpr std::uint8_t InsExternalAuthenticate = 0x82;
constexpr std::uint8_t InsStatus = 0xF0;
constexpr std::uint8_t InsBegin = 0xF2;
constexpr std::uint8_t InsBlock = 0xF4;
constexpr std::uint8_t InsCommit = 0xF6;
constexpr std::uint8_t InsAbort = 0xF8;
constexpr apdu::StatusWord RollBack = 0x63F0;
constexpr std::size_t IndexBytes = 2;

void append(base::Bytes& out, base::ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

void append(base::Bytes& out, std::uint32_t value, unsigned bytes) {
    while (bytes-- > 0) out.push_back(static_cast<std::uint8_t>(value >> (8 * bytes)));
}

Digest digest(base::ByteView bytes) {
    Digest out{};
    std::copy_n(bytes.begin(), out.size(), out.begin());
    return out;
}

/// As case and Ne allow; what does not fit asks for the right Le.
Response fitted(Response response, const apdu::Command& command) {
    const std::size_t size = response.data.size();
    if (size == 0 || (command.ne && size <= *command.ne)) return response;
    if (!command.ne) return command.cla == ClaSecure ? response : Response{response.sw};
    return static_cast<apdu::StatusWord>(Sw::WrongLe + size);
}

}  // namespace

Boot::Boot(Vault& vault, port::CryptoPort& crypto, const Identity& identity)
    : vault_{&vault}, crypto_{&crypto}, identity_{identity} {}

Boot::Boot(const Boot& other, Vault& vault, port::CryptoPort& crypto)
    : vault_{&vault},
      crypto_{&crypto},
      identity_{other.identity_},
      state_{other.state_},
      reset_due_{other.reset_due_} {}

std::optional<Header> Boot::header(Tick now) {
    if (vault_->progress(now).stage == Stage::Empty) return std::nullopt;
    return parse_header(base::ByteView{vault_->package(now)}.first(HeaderBytes));
}

Digest Boot::hash_of(const Header& header, domain::Engine& engine, store::Work& work) {
    // A package that was damaged in the memory may say anything.
    const std::size_t offset = header.load_address - identity_.image_address;
    const std::size_t room = vault_->image_bytes();
    if (offset > room || header.image_bytes > room - offset) return {};
    return digest(
        engine.hash(domain::Hash::Sha256, vault_->image(offset, header.image_bytes, work.now)));
}

// Signature and hash at every start: the memory may have changed since the load.
std::optional<State> Boot::look(store::Work& work) {
    const auto progress = vault_->progress(work.now);
    if (progress.stage == Stage::Empty) return State::NoOs;
    if (progress.stage == Stage::Loading) return State::Interrupted;
    domain::Engine engine{*crypto_, work};
    const auto package = vault_->package(work.now);
    const base::ByteView view = package;
    const auto known = header(work.now);
    if (!known || !engine.ecdsa_verify(vault_->keys(work.now).signer, view.first(HeaderBytes),
                                       view.subspan(HeaderBytes)))
        return State::Invalid;
    if (hash_of(*known, engine, work) != known->image) return State::Invalid;
    if (progress.requested) return State::Requested;
    return std::nullopt;
}

std::optional<State> Boot::start(store::Work& work) {
    end_session();
    reset_due_ = false;
    const auto progress = vault_->progress(work.now);
    if (progress.erasing) (void)vault_->erase(progress, work);
    const auto found = look(work);
    // Whoever asks the loader behind a sound image asks because it did not come up.
    state_ = found.value_or(State::Invalid);
    return found;
}

void Boot::end_session() noexcept {
    channel_.close();
    begun_ = false;
}

base::Bytes Boot::historical(State state) const {
    return {'L',
            'D',
            'R',
            static_cast<std::uint8_t>(state),
            static_cast<std::uint8_t>(Version >> 8),
            static_cast<std::uint8_t>(Version),
            static_cast<std::uint8_t>(identity_.chip_type)};
}

Response Boot::run(const apdu::Command& command, bool field, store::Work& work) {
    domain::Engine engine{*crypto_, work};
    if (command.cla == ClaPlain) return fitted(plain(command, field, engine, work), command);
    if (command.cla != ClaSecure) return Sw::ClaNotSupported;
    if (command.ins == InsExternalAuthenticate) {
        begun_ = false;
        return channel_.external_authenticate(command, *vault_, engine, work);
    }
    const auto unwrapped = channel_.unwrap(command, engine);
    if (!unwrapped) {
        end_session();
        return Sw::SecurityNotSatisfied;
    }
    Response response = protected_command(*unwrapped, engine, work);
    channel_.wrap(response, engine);
    return fitted(std::move(response), command);
}

Response Boot::plain(const apdu::Command& command, bool field, domain::Engine& engine,
                     store::Work& work) {
    switch (command.ins) {
        case InsStatus:
            if (command.p1p2() == 0x0000) return status(work);
            return command.p1p2() == 0x0001 ? image_hash(engine, work) : Response{Sw::WrongP1P2};
        case InsInitializeUpdate: {
            end_session();
            if (field && !identity_.field_loads) return Sw::ConditionsNotSatisfied;
            base::Bytes whose(identity_.serial.begin(), identity_.serial.end());
            append(whose, identity_.chip_type, 2);
            return channel_.initialize_update(command, whose, *vault_, engine, work);
        }
        case InsBegin:
        case InsBlock:
        case InsCommit:
        case InsAbort:
            end_session();
            return Sw::SecurityNotSatisfied;
        default:
            return Sw::InsNotSupported;
    }
}

Response Boot::protected_command(const apdu::Command& command, domain::Engine& engine,
                                 store::Work& work) {
    if (command.p1p2() != 0) return Sw::WrongP1P2;
    switch (command.ins) {
        case InsStatus:
            return status(work);
        case InsBegin:
            return begin(command.data, engine, work);
        case InsBlock:
            return block(command.data, engine, work);
        case InsCommit:
            return commit(engine, work);
        case InsAbort:
            return abort(work);
        default:
            return Sw::InsNotSupported;
    }
}

Response Boot::status(store::Work& work) {
    const auto progress = vault_->progress(work.now);
    const auto known = header(work.now);
    const auto state = progress.stage == Stage::Loading ? State::Interrupted : state_;
    base::Bytes out{static_cast<std::uint8_t>(state)};
    append(out, Version, 2);
    append(out, identity_.chip_type, 2);
    out.push_back(identity_.revision);
    append(out, identity_.serial);
    append(out, progress.stage == Stage::Active && known ? known->version : 0, 4);
    append(out, vault_->counters(work.now).security_version, 4);
    append(out, Vault::MostBlockBytes, 2);
    append(out, progress.next, 2);
    return {std::move(out), Sw::Ok};
}

Response Boot::image_hash(domain::Engine& engine, store::Work& work) {
    const auto known = header(work.now);
    if (!known || vault_->progress(work.now).next != known->blocks)
        return Sw::ConditionsNotSatisfied;
    const auto hash = hash_of(*known, engine, work);
    return {{hash.begin(), hash.end()}, Sw::Ok};
}

// In this order: is it a package, ours, for this chip, new enough, and does it fit?
apdu::StatusWord Boot::judge(const Header& header, base::ByteView package, domain::Engine& engine,
                             store::Work& work) {
    const auto keys = vault_->keys(work.now);
    if (header.key_version != keys.image_version || header.block_bytes > Vault::MostBlockBytes)
        return Sw::WrongData;
    if (!engine.ecdsa_verify(keys.signer, package.first(HeaderBytes), package.subspan(HeaderBytes)))
        return Sw::SecurityNotSatisfied;
    if (header.chip_type != identity_.chip_type || header.least_revision > identity_.revision ||
        header.most_revision < identity_.revision)
        return Sw::ConditionsNotSatisfied;
    if (header.security_version < vault_->counters(work.now).security_version) return RollBack;
    const std::uint64_t first = identity_.image_address;
    const std::uint64_t end = first + vault_->image_bytes();
    if (header.load_address < first ||
        std::uint64_t{header.load_address} + header.image_bytes > end || header.entry < first ||
        header.entry >= end)
        return Sw::NotEnoughMemory;
    return Sw::Ok;
}

Response Boot::begin(base::ByteView data, domain::Engine& engine, store::Work& work) {
    begun_ = false;
    if (reset_due_) return Sw::ConditionsNotSatisfied;
    if (data.size() != HeaderBytes + SignatureBytes) return Sw::WrongData;
    const auto asked = parse_header(data.first(HeaderBytes));
    if (!asked) return Sw::WrongData;
    const auto verdict = judge(*asked, data, engine, work);
    if (verdict != Sw::Ok) return verdict;

    auto progress = vault_->progress(work.now);
    const auto under_way = vault_->package(work.now);
    const bool same = progress.stage == Stage::Loading &&
                      std::equal(data.begin(), data.begin() + HeaderBytes, under_way.begin());
    if (!same) {
        progress = Progress{.stage = Stage::Loading,
                            .erasing = true,
                            .load = progress.load + 1,
                            .expected = asked->first};
        if (!vault_->begin(progress, data, work)) return Sw::MemoryFailure;
    }
    begun_ = true;
    return Sw::Ok;
}

Response Boot::block(base::ByteView data, domain::Engine& engine, store::Work& work) {
    const auto known = begun_ ? header(work.now) : std::nullopt;
    if (!known) return Sw::ConditionsNotSatisfied;
    if (data.size() != IndexBytes + known->block_bytes + DigestBytes) return Sw::WrongLength;
    auto progress = vault_->progress(work.now);
    const auto index = static_cast<std::uint16_t>(data[0] << 8 | data[1]);
    if (index != progress.next || index >= known->blocks) return Sw::WrongP1P2;
    if (digest(engine.hash(domain::Hash::Sha256, data)) != progress.expected)
        return Sw::SecureMessagingWrong;

    const auto key = vault_->keys(work.now).image;
    domain::Engine::AesBlock iv{};
    iv[CipherBytes - 2] = data[0];
    iv[CipherBytes - 1] = data[1];
    iv = engine.aes_encrypt(key, iv);
    auto plain = engine.aes_cbc_decrypt(key, iv, data.subspan(IndexBytes, known->block_bytes));
    const std::size_t done = std::size_t{index} * known->block_bytes;
    const std::size_t left = known->image_bytes - done;
    const auto part = base::ByteView{plain}.first(std::min(plain.size(), left));

    progress.next = static_cast<std::uint16_t>(index + 1);
    progress.expected = digest(data.last(DigestBytes));
    const std::size_t offset = known->load_address - identity_.image_address + done;
    const bool safe = vault_->put(offset, part, progress, work);
    base::wipe(plain);
    return safe ? Sw::Ok : Sw::MemoryFailure;
}

Response Boot::commit(domain::Engine& engine, store::Work& work) {
    // Its answer may have been lost.
    if (reset_due_ && vault_->progress(work.now).stage == Stage::Active) return Sw::Ok;
    const auto known = begun_ ? header(work.now) : std::nullopt;
    if (!known) return Sw::ConditionsNotSatisfied;
    auto progress = vault_->progress(work.now);
    if (progress.next != known->blocks) return Sw::ConditionsNotSatisfied;
    if (hash_of(*known, engine, work) != known->image) {
        begun_ = false;
        progress.next = 0;
        progress.expected = known->first;
        return vault_->erase(progress, work) ? Sw::ReferenceDataUnusable : Sw::MemoryFailure;
    }
    progress.stage = Stage::Active;
    if (!vault_->write(progress, work)) return Sw::MemoryFailure;
    begun_ = false;
    reset_due_ = true;
    return Sw::Ok;
}

Response Boot::abort(store::Work& work) {
    begun_ = false;
    auto progress = vault_->progress(work.now);
    if (progress.stage != Stage::Active || !progress.requested) return Sw::Ok;
    progress.requested = false;
    if (!vault_->write(progress, work)) return Sw::MemoryFailure;
    reset_due_ = true;
    return Sw::Ok;
}

}  // namespace loader
