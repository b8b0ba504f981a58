#include "card/store_bus.hpp"

#include <algorithm>
#include <cassert>

namespace card {

StoreInitiator::StoreInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
    payload_.set_extension(&timing_);
}

void StoreInitiator::transport(tlm::tlm_command command, port::BlockAddress block,
                               port::Block& data, base::Tick at) {
    timing_.at = at;
    payload_.set_command(command);
    payload_.set_address(static_cast<sc_dt::uint64>(block) * data.size());
    payload_.set_data_ptr(data.data());
    payload_.set_data_length(static_cast<unsigned>(data.size()));
    payload_.set_streaming_width(static_cast<unsigned>(data.size()));
    payload_.set_byte_enable_ptr(nullptr);
    payload_.set_dmi_allowed(false);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    auto delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload_, delay);
    assert(payload_.is_response_ok());
}

port::Block StoreInitiator::read(port::BlockAddress block, base::Tick now) {
    port::Block data{};
    transport(tlm::TLM_READ_COMMAND, block, data, now);
    return data;
}

port::StorePort::Programming StoreInitiator::program(port::BlockAddress block,
                                                     const port::Block& data, base::Tick start) {
    auto copy = data;
    transport(tlm::TLM_WRITE_COMMAND, block, copy, start);
    return timing_.programming;
}

void StoreInitiator::power_lost(base::Tick at) { power_->power_lost(at); }

void StoreInitiator::power_up(base::Tick at) { power_->power_up(at); }

port::ApduPort* StoreInitiator::air() noexcept {
    return power_ == nullptr ? nullptr : power_->air();
}

std::unique_ptr<port::StorePort> StoreInitiator::clone() const { return power_->clone(); }

StoreTarget::StoreTarget(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_b_transport(this, &StoreTarget::b_transport);
}

void StoreTarget::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    port::Block data{};
    const auto address = payload.get_address();
    if (store_ == nullptr || payload.get_data_length() != data.size() ||
        address % data.size() != 0 || payload.get_byte_enable_ptr() != nullptr) {
        payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
        return;
    }
    auto* timing = payload.get_extension<StoreTiming>();
    const auto block = static_cast<port::BlockAddress>(address / data.size());
    if (payload.is_read()) {
        data = store_->read(block, timing->at);
        std::copy(data.begin(), data.end(), payload.get_data_ptr());
    } else {
        std::copy_n(payload.get_data_ptr(), data.size(), data.begin());
        timing->programming = store_->program(block, data, timing->at);
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

}  // namespace card
