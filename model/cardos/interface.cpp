#include "cardos/interface.hpp"

#include <algorithm>

namespace cardos {

void Interface::clear() {
    command_.clear();
    too_long_ = false;
}

void Interface::reset(Tick at) {
    memory_.settle(at);
    clear();
    os_.reset(via_);
}

port::ApduPort::Taken Interface::take(base::ByteView piece, bool more, Tick at) {
    memory_.settle(at);
    if (piece.size() > apdu::MostCommandBytes - command_.size()) too_long_ = true;
    if (!too_long_) command_.insert(command_.end(), piece.begin(), piece.end());
    if (more) return {at, {}};

    const base::Bytes command = std::exchange(command_, {});
    const bool too_long = std::exchange(too_long_, false);
    if (command.empty() && !too_long) return {at, {}};
    const Tick start = std::max(at, processor_.busy_until);
    store::Work work{start, observer_};
    base::Bytes response =
        too_long ? apdu::Response{apdu::Sw::WrongLength}.bytes() : os_.run(via_, command, work);
    processor_.busy_until = std::max(work.now, start + LeastTicks);
    if (observer_ != nullptr) observer_->on_work(port::CardUnit::Os, start, processor_.busy_until);
    return {processor_.busy_until, std::move(response)};
}

}  // namespace cardos
