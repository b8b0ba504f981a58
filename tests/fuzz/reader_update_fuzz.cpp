// What a platform in session may say, and packages that nobody signed: any bytes. The input: pieces
// behind two bytes of length, each one a message. What runs never changes.
#include "control/credentials.hpp"
#include "control/octets.hpp"
#include "control/refusal.hpp"
#include "control/update_door.hpp"
#include "fuzz.hpp"

namespace {

using control::UpdateKind;

control::UpdateSigner signer(std::uint8_t last) {
    std::array<std::uint8_t, 32> scalar{};
    scalar.back() = last;
    return control::UpdateSigner{base::Key<32>{scalar}};
}

const base::Bytes Old{'o', 'l', 'd'};

/// Signed by somebody else.
control::UpdateSigner::Package foreign() {
    return signer(9).make(UpdateKind::Software, 2, "R1", control::AesKey{}, base::Bytes(300, 1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const control::Identity Identity{"R1", control::AesKey{}, signer(7).public_key()};
    static control::MemoryFlash flash;
    static control::UpdateStore store{
        flash,
        Identity,
        {{UpdateKind::Software, Old}, {UpdateKind::Credentials, Old}, {UpdateKind::Logic, Old}},
        [](UpdateKind, base::ByteView) {}};
    control::UpdateDoor door{store, [](UpdateKind) { std::abort(); }, [] {}};
    control::Taker taker{{data, size}};
    while (taker.left() > 0) {
        const auto piece = taker.bytes(taker.number(2));
        if (taker.missed()) break;
        try {
            (void)door.handle(piece);
        } catch (const control::Refusal&) {
            continue;
        }
    }
    for (const auto kind : control::UpdateKinds)
        fuzz::require(store.active(kind).version == 1 && store.active(kind).bytes == Old,
                      "something else runs");
    fuzz::require(flash.writes() == 0, "the memory was written");
    (void)control::Credentials::parse({data, size});
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    const auto made = foreign();
    base::Bytes session;
    const auto message = [&](control::PlatformCommand command, base::ByteView arguments) {
        control::put(session, arguments.size() + 1, 2);
        control::put(session, static_cast<std::uint8_t>(command), 1);
        control::put(session, arguments);
    };
    message(control::PlatformCommand::Status, {});
    message(control::PlatformCommand::Begin, made.header);
    for (std::size_t i = 0; i < made.blocks.size(); ++i) {
        base::Bytes block{1, 0, static_cast<std::uint8_t>(i)};
        control::put(block, made.blocks[i].next);
        control::put(block, made.blocks[i].data);
        message(control::PlatformCommand::Block, block);
    }
    message(control::PlatformCommand::Commit, base::Bytes{1});
    message(control::PlatformCommand::Restart, {});
    control::Credentials credentials;
    credentials.clients = {{"desk", control::AesKey{}, 7}};
    return {session, credentials.bytes()};
}
