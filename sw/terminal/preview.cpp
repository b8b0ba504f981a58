#include "terminal/preview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "terminal/access_words.hpp"

namespace terminal {
namespace {

using Weight = Notice::Weight;

class Judge {
public:
    Judge(const SectorView& before, Preview& made) : before_{before}, made_{made} {}

    void data(unsigned index, const port::Block& data) {
        const BlockView& old = before_.blocks[index];
        if (old.kind == BlockKind::Manufacturer)
            return say(Weight::Refusal, index, "is the manufacturer block; nobody can write it");
        if (old.data == data) return;
        const BlockView now = describe_data(old.number, data);
        made_.changes.push_back({index, old.data, data, false, old.meaning, now.meaning});
        if (old.value && !now.value)
            say(Weight::Warning, index,
                "stops being a value block: gates can no longer increase or decrease it");
        if (old.kind == BlockKind::Directory)
            say(Weight::Warning, index,
                "is part of the application directory; gates find their sectors by it");
    }

    void trailer(const port::Block& data) {
        const unsigned index = before_.count() - 1;
        const BlockView& old = before_.trailer();
        const auto access = access_of(data);
        made_.changes.push_back({index, old.data, without_keys(data), true, old.meaning,
                                 "keys and access bits " + access_meaning(access)});
        if (!access)
            return say(Weight::Refusal, index,
                       "has access bits whose inverted copies do not match: the sector would be "
                       "blocked for ever");
        rights(*access);
        keys(index, data, *access);
        if (has_directory(data[GeneralAt]) != has_directory(old.data[GeneralAt]))
            say(Weight::Warning, index, "says otherwise whether the card has a directory");
    }

private:
    void say(Weight weight, unsigned index, const std::string& what) {
        made_.notices.push_back(
            {weight, fmt::format("Block {} {}.", before_.blocks[index].number, what)});
    }

    /// What some key can do before and none after.
    void rights(const dump::AccessGroups& after) {
        const unsigned count = before_.count();
        for (unsigned index = 0; index + 1 < count; ++index) {
            const unsigned group = group_of(index, count);
            const DataRights now = data_rights(after[group], key_b_works(after[3]));
            const DataRights old = before_.access
                                       ? data_rights((*before_.access)[group], before_.key_b_works)
                                       : DataRights{};
            if (lost(old.read, now.read))
                say(Weight::Refusal, index,
                    "could be read by no key any more: you would lock yourself out");
            else if (before_.blocks[index].number != 0 && lost(old.write, now.write))
                say(Weight::Warning, index, "could be written by no key any more");
            if (before_.blocks[index].value && lost(old.decrement, now.decrement))
                say(Weight::Warning, index, "could be decreased by no key any more");
        }
        const TrailerRights now = trailer_rights(after[3]);
        const TrailerRights old =
            before_.access ? trailer_rights((*before_.access)[3]) : TrailerRights{};
        if (changeable(old) && !changeable(now))
            say(Weight::Refusal, count - 1,
                "could be changed by no key any more, neither keys nor access bits: you would lock "
                "yourself out");
        else if (lost(old.write_access, now.write_access))
            say(Weight::Warning, count - 1,
                "freezes the access bits: no gate can change them any more");
    }

    void keys(unsigned index, const port::Block& data, const dump::AccessGroups& access) {
        say(Weight::Warning, index,
            "sets both keys: gates that do not know the new ones are shut out");
        const auto delivery = [&](std::size_t at) {
            return std::all_of(data.begin() + static_cast<std::ptrdiff_t>(at),
                               data.begin() + static_cast<std::ptrdiff_t>(at + KeyBytes),
                               [](std::uint8_t byte) { return byte == 0xFF; });
        };
        if (delivery(0) || delivery(KeyBAt))
            say(Weight::Note, index, "sets a key of delivery, which everybody knows");
        if (!key_b_works(access[3]))
            say(Weight::Note, index, "lets gates read key B, so it opens nothing");
    }

    [[nodiscard]] static bool lost(Keys before, Keys after) {
        return before != Keys::None && after == Keys::None;
    }
    [[nodiscard]] static bool changeable(const TrailerRights& rights) {
        return rights.write_a != Keys::None || rights.write_access != Keys::None ||
               rights.write_b != Keys::None;
    }

    const SectorView& before_;
    Preview& made_;
};

}  // namespace

bool Preview::allowed() const noexcept {
    return std::none_of(notices.begin(), notices.end(),
                        [](const Notice& notice) { return notice.weight == Weight::Refusal; });
}

Preview preview(const SectorView& before, const Edits& edits) {
    std::map<unsigned, const Edit*> latest;
    for (const Edit& edit : edits) latest[edit.index] = &edit;
    Preview made;
    Judge judge{before, made};
    for (const auto& [index, edit] : latest) {
        if (index >= before.count()) {
            made.notices.push_back({Weight::Refusal, fmt::format("Sector {} has {} blocks.",
                                                                 before.sector, before.count())});
        } else if (index + 1 == before.count()) {
            judge.trailer(edit->data);
        } else {
            judge.data(index, edit->data);
        }
    }
    if (made.changes.empty() && made.allowed())
        made.notices.push_back({Weight::Note, "Nothing changes."});
    return made;
}

}  // namespace terminal
