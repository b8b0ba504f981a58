#include "ota/download.hpp"

#include <fmt/format.h>

#include "apdu/tlv.hpp"
#include "base/hex.hpp"
#include "platform/refusal.hpp"

namespace ota {
namespace {

using State = DownloadStatus::State;

/// Why the module refuses (docs/choices.md, system B).
platform::Refusal refusal(const std::string& step, apdu::StatusWord sw) {
    switch (sw) {
        case 0x63F0:
            return {"version", "the card has had this version or a later one"};
        case 0x63F2:
            return {"money", "there is money on the card that would be replaced"};
        case apdu::Sw::SecurityNotSatisfied:
            return {"forged", step + ": it does not come from this platform"};
        case apdu::Sw::ReferenceDataUnusable:
            return {"replayed", step + ": it belongs to another request"};
        case apdu::Sw::FileExists:
            return {"exists", "the secure element has an application of this name"};
        case apdu::Sw::NotEnoughMemory:
            return {"memory", "there is no room in the secure element"};
        default:
            return {"card", fmt::format("{}: the secure element answers {:04X}", step, sw)};
    }
}

}  // namespace

Download::Download(std::string element, Kind kind, DataSecurityUnit security,
                   const DataProcessingUnit& issuers, DownloadShelf* shelf)
    : element_{std::move(element)},
      kind_{kind},
      security_{std::move(security)},
      issuers_{&issuers},
      shelf_{shelf} {
    go_to(Stage::Status);
}

void Download::resume() {
    lost_ = 0;
    go_to(Stage::Status);
}

void Download::go_to(Stage stage) {
    stage_ = stage;
    switch (stage) {
        case Stage::Status:
            step_ = {"DOWNLOAD STATUS", download_status()};
            return;
        case Stage::Determine:
            step_ = {"DETERMINE TARGET", determine_target(kind_)};
            return;
        case Stage::Begin:
            step_ = {"BEGIN", begin_download(sealed_.header)};
            return;
        case Stage::Block:
            step_ = {fmt::format("BLOCK {} of {}", block_ + 1, sealed_.blocks.size()),
                     download_block(block_, sealed_.blocks[block_])};
            return;
        case Stage::Install:
            step_ = {"INSTALL", install_download()};
            return;
        case Stage::Done:
            step_.reset();
            return;
    }
}

void Download::take(const std::optional<apdu::Response>& answer) {
    if (!step_) throw platform::Refusal{"session", "nothing was asked"};
    if (!answer) {
        if (++lost_ > MostLost)
            throw platform::Refusal{"lost", "the secure element cannot be reached"};
        return go_to(Stage::Status);
    }
    lost_ = 0;
    if (!answer->ok()) throw refusal(step_->name, answer->sw);
    switch (stage_) {
        case Stage::Status: {
            const auto status = parse_status(answer->data);
            if (!status) throw platform::Refusal{"card", "DOWNLOAD STATUS has no sound answer"};
            return asked(*status);
        }
        case Stage::Determine:
            return determined(answer->data);
        case Stage::Begin:
            block_ = 0;
            return go_to(Stage::Block);
        case Stage::Block:
            return go_to(++block_ < sealed_.blocks.size() ? Stage::Block : Stage::Install);
        default:
            return installed(answer->data);
    }
}

/// What an earlier process of this platform has sealed for the request that the module is at.
void Download::look_at_shelf(const Request& request) {
    auto kept = shelf_ == nullptr ? std::nullopt : shelf_->find(element_);
    if (!kept || kept->target.request != request || kept->target.kind != kind_) return;
    target_ = std::move(kept->target);
    sealed_ = std::move(kept->sealed);
    expected_ = std::move(kept->instance);
}

/// Whether what the card holds came from this platform in its latest download: it was asked again
/// because its last word was lost.
bool Download::came_from_here(const TargetCard& target) const {
    const auto kept = shelf_ == nullptr ? std::nullopt : shelf_->find(element_);
    return kept && kept->target.kind == kind_ && kept->instance == expected_ &&
           target.installed == base::to_hex(expected_);
}

void Download::asked(const DownloadStatus& status) {
    if (!target_ && status.state != State::None && status.state != State::Installed)
        look_at_shelf(status.request);
    const bool ours = target_ && !sealed_.blocks.empty() && status.request == target_->request;
    if (!ours || status.state == State::None) return go_to(Stage::Determine);
    switch (status.state) {
        case State::Requested:
            return go_to(Stage::Begin);
        case State::Receiving:
            if (status.next >= sealed_.blocks.size()) return go_to(Stage::Determine);
            block_ = status.next;
            return go_to(Stage::Block);
        case State::Complete:
            return go_to(Stage::Install);
        default:
            instance_ = expected_;
            return go_to(Stage::Done);
    }
}

void Download::determined(base::ByteView sealed) {
    const auto target = security_.open(sealed);
    if (!target || target->element != element_ || target->kind != kind_)
        throw platform::Refusal{"forged", "the target card was not named by this element's module"};
    target_ = target;
    const auto package = issuers_->fetch(
        {target->kind, target->element, target->number, target->installed, target->version});
    expected_ = package.instance;
    const bool has_it =
        target->installed == base::to_hex(expected_) && target->version >= package.version;
    if (has_it || came_from_here(*target)) {
        instance_ = expected_;
        return go_to(Stage::Done);
    }
    sealed_ = security_.seal(package, *target);
    if (shelf_ != nullptr) shelf_->keep({*target, sealed_, expected_});
    go_to(Stage::Begin);
}

void Download::installed(base::ByteView answer) {
    if (const auto atr = apdu::find(answer, 0x5F51)) atr_.assign(atr->begin(), atr->end());
    instance_ = expected_;
    go_to(Stage::Done);
}

}  // namespace ota
