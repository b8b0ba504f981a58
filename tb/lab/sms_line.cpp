#include "lab/sms_line.hpp"

namespace lab {

void SmsLine::post(const std::vector<base::Bytes>& messages) {
    for (const auto& message : messages) network_.send(ota::SmsNetwork::To::Card, message);
}

void SmsLine::run(ota::SmsDownload& download) {
    post(download.begin());
    while (!download.done()) {
        if (event_) event_();
        if (!terminal_.element_answers()) {
            (void)element_.power_on();
            terminal_.element_is_back();
        }
        const auto message = network_.next();
        if (!message) {
            post(download.silence());
        } else if (message->to == ota::SmsNetwork::To::Card) {
            for (auto& submit : terminal_.deliver(message->tpdu))
                network_.send(ota::SmsNetwork::To::Platform, std::move(submit));
        } else {
            post(download.take(message->tpdu));
        }
    }
}

}  // namespace lab
