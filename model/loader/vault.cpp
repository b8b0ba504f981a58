#include "loader/vault.hpp"

#include <algorithm>

#include "base/key.hpp"

namespace loader {
namespace {

constexpr std::size_t KeyBytes = 16;
constexpr std::size_t SignerBytes = 64;
constexpr std::size_t ProgressBytes = 1 + 1 + 2 + 4 + DigestBytes;
constexpr std::size_t CounterBytes = 4 + 4 + 1;
constexpr std::size_t KeysBytes = 4 * KeyBytes + 1 + SignerBytes;
constexpr std::uint8_t Erasing = 0x01;
constexpr std::uint8_t Requested = 0x02;
constexpr std::uint8_t Confirmed = 0x04;

void append(base::Bytes& out, std::uint32_t value, unsigned bytes) {
    while (bytes-- > 0) out.push_back(static_cast<std::uint8_t>(value >> (8 * bytes)));
}

std::uint32_t number(base::ByteView bytes) {
    std::uint32_t value = 0;
    for (const auto byte : bytes) value = value << 8 | byte;
    return value;
}

base::Bytes bytes_of(const Progress& progress) {
    base::Bytes out{static_cast<std::uint8_t>(progress.stage),
                    static_cast<std::uint8_t>((progress.erasing ? Erasing : 0) |
                                              (progress.requested ? Requested : 0) |
                                              (progress.confirmed ? Confirmed : 0))};
    append(out, progress.next, 2);
    append(out, progress.load, 4);
    out.insert(out.end(), progress.expected.begin(), progress.expected.end());
    return out;
}

base::Bytes bytes_of(const Counters& counters) {
    base::Bytes out;
    append(out, counters.security_version, 4);
    append(out, counters.sequence, 4);
    out.push_back(counters.failures);
    return out;
}

domain::Secret secret(base::ByteView bytes, std::size_t index) {
    return domain::Secret{bytes.subspan(index * KeyBytes, KeyBytes)};
}

}  // namespace

Vault::Vault(const Options& options, const VaultKeys& keys, const Counters& counters) {
    progress_ = layout_.add("progress", ProgressBytes);
    counters_ = layout_.add("counters", CounterBytes);
    package_ = layout_.add("package", HeaderBytes + SignatureBytes);
    keys_ = layout_.add("keys", KeysBytes);
    image_ = layout_.add("image", options.image_bytes);
    made_.seed = options.seed;
    // A block with both ends inside of pages, and the progress.
    made_.journal.transaction_pages = MostBlockBytes / nvm::PageBytes + 2;
    memory_.emplace(layout_, made_);

    base::Bytes all;
    for (const auto* key : {&keys.enc, &keys.mac, &keys.dek, &keys.image})
        all.insert(all.end(), key->expose().begin(), key->expose().end());
    all.push_back(keys.image_version);
    all.insert(all.end(), keys.signer.begin(), keys.signer.end());
    memory_->preset(keys_, 0, all);
    base::wipe(all);
    memory_->preset(counters_, 0, bytes_of(counters));
}

void Vault::preset(const FactoryOs& os) {
    Progress progress;
    progress.stage = Stage::Active;
    progress.confirmed = true;
    progress.load = 1;
    memory_->preset(progress_, 0, bytes_of(progress));
    memory_->preset(package_, 0, os.package);
    memory_->preset(image_, os.offset, os.image);
}

void Vault::restore(nvm::Nvm::State cells) { memory_.emplace(layout_, made_, std::move(cells)); }

Progress Vault::progress(Tick now) {
    const auto bytes = memory_->read(progress_, 0, ProgressBytes, now);
    const base::ByteView view = bytes;
    Progress out;
    out.stage = bytes[0] == static_cast<std::uint8_t>(Stage::Active)    ? Stage::Active
                : bytes[0] == static_cast<std::uint8_t>(Stage::Loading) ? Stage::Loading
                                                                        : Stage::Empty;
    out.erasing = (bytes[1] & Erasing) != 0;
    out.requested = (bytes[1] & Requested) != 0;
    out.confirmed = (bytes[1] & Confirmed) != 0;
    out.next = static_cast<std::uint16_t>(number(view.subspan(2, 2)));
    out.load = number(view.subspan(4, 4));
    std::copy_n(bytes.begin() + 8, DigestBytes, out.expected.begin());
    return out;
}

Counters Vault::counters(Tick now) {
    const auto bytes = memory_->read(counters_, 0, CounterBytes, now);
    const base::ByteView view = bytes;
    return {number(view.first(4)), number(view.subspan(4, 4)), bytes[8]};
}

VaultKeys Vault::keys(Tick now) {
    auto bytes = memory_->read(keys_, 0, KeysBytes, now);
    VaultKeys out;
    out.enc = secret(bytes, 0);
    out.mac = secret(bytes, 1);
    out.dek = secret(bytes, 2);
    out.image = secret(bytes, 3);
    out.image_version = bytes[4 * KeyBytes];
    const base::ByteView signer = base::ByteView{bytes}.last(SignerBytes);
    out.signer.assign(signer.begin(), signer.end());
    base::wipe(bytes);
    return out;
}

base::Bytes Vault::package(Tick now) { return memory_->read(package_, 0, package_.size, now); }

base::Bytes Vault::image(std::size_t offset, std::size_t size, Tick now) {
    return memory_->read(image_, offset, size, now);
}

bool Vault::commit(const nvm::Transaction& transaction, store::Work& work,
                   nvm::Memory::Around around, Tick more) {
    const auto done =
        memory_->commit(transaction, work.now, TransactionTicks + more, std::move(around));
    if (done) work.now = *done;
    return done.has_value();
}

bool Vault::write(const Progress& progress, store::Work& work) {
    nvm::Transaction transaction;
    transaction.write(progress_, 0, bytes_of(progress));
    return commit(transaction, work);
}

bool Vault::write(const Counters& counters, store::Work& work) {
    nvm::Transaction transaction;
    transaction.write(counters_, 0, bytes_of(counters));
    return commit(transaction, work);
}

nvm::Plan Vault::erasing() const {
    nvm::Plan plan;
    const std::size_t first = image_.address / nvm::PageBytes;
    const std::size_t count = (image_.size + nvm::PageBytes - 1) / nvm::PageBytes;
    for (std::size_t page = first; page < first + count; ++page)
        plan.push_back({nvm::Step::Kind::Erase, page, {}});
    return plan;
}

bool Vault::begin(const Progress& progress, base::ByteView package, store::Work& work) {
    nvm::Transaction transaction;
    transaction.write(progress_, 0, bytes_of(progress));
    transaction.write(package_, 0, package);
    return commit(transaction, work) && erase(progress, work);
}

bool Vault::erase(Progress progress, store::Work& work) {
    progress.erasing = false;
    nvm::Transaction transaction;
    transaction.write(progress_, 0, bytes_of(progress));
    nvm::Memory::Around around{erasing(), {}};
    const Tick more = around.before.size() * ErasePageTicks;
    return commit(transaction, work, std::move(around), more);
}

bool Vault::put(std::size_t offset, base::ByteView plain, const Progress& progress,
                store::Work& work) {
    nvm::Transaction transaction;
    transaction.write(image_, offset, plain);
    transaction.write(progress_, 0, bytes_of(progress));
    return commit(transaction, work);
}

}  // namespace loader
