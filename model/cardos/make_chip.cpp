#include "cardos/make_chip.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "aes/software_engine.hpp"
#include "cardos/catalogue.hpp"

namespace cardos {
namespace {

const Native& named(std::string_view name) {
    const auto& all = natives();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Native& native) { return native.name == name; });
    if (found == all.end())
        throw std::invalid_argument("no native application " + std::string{name});
    return *found;
}

}  // namespace

std::unique_ptr<Chip> make_chip(ChipOptions options) {
    if (!options.crypto) options.crypto = std::make_unique<aes::SoftwareEngine>();
    return std::make_unique<Chip>(options.sectors, options.chip, std::move(options.crypto),
                                  options.factory);
}

void preload(domain::Factory& factory, std::string_view native) {
    const Native& found = named(native);
    domain::FactoryFile file;
    file.aid = found.package;
    file.modules = {found.module};
    factory.files.push_back(std::move(file));
}

void preload(domain::Factory& factory, std::string_view native, base::ByteView parameters) {
    preload(factory, native);
    const Native& found = named(native);
    domain::FactoryApplication application;
    application.load_file = found.package;
    application.module = found.module;
    application.aid = found.module;
    application.parameters.assign(parameters.begin(), parameters.end());
    factory.applications.push_back(std::move(application));
}

}  // namespace cardos
