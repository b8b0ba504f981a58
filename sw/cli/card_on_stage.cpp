#include "cli/card_on_stage.hpp"

#include <exception>

#include "cli/card_slot.hpp"
#include "cli/failure.hpp"
#include "flows/stage.hpp"

namespace cli {

void with_card(const StagedCard& card, const std::function<void(hostlink::SmartCard&)>& job) {
    CardOptions card_options;
    card_options.rtl_engine = card.level != Level::Tlm;
    CardSlot slot{card.nvm, card_options};
    if (slot.chip() == nullptr) throw Failure{WrongUse, card.nvm + ": this card has no card OS"};
    flows::StageOptions stage_options;
    stage_options.level = card.level;
    stage_options.profile = slot.profile();
    std::exception_ptr failure;
    {
        flows::Stage stage{stage_options, *slot.chip()};
        const auto via = card.contactless ? flows::Via::Air : flows::Via::Contacts;
        try {
            job(stage.card(via));
        } catch (...) {
            failure = std::current_exception();
        }
        stage.card(via).power_off();
        stage.finish();
    }
    slot.save();
    if (failure) std::rethrow_exception(failure);
    slot.check();
}

}  // namespace cli
