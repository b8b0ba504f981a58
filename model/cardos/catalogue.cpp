#include "cardos/catalogue.hpp"

#include "cardos/card_manager.hpp"
#include "cardos/os_update.hpp"
#include "cardos/purse.hpp"
#include "cardos/sector_access.hpp"
#include "cardos/secure_module.hpp"
#include "cardos/test_application.hpp"

namespace cardos {
namespace {

domain::Aid aid(std::initializer_list<std::uint8_t> bytes) {
    return domain::Aid::from(base::Bytes{bytes}).value();
}

template <typename T>
Native native(std::string_view name, std::uint8_t package) {
    return {name, aid({0xD2, 0x76, 0x00, 0x01, 0x18, 0xAA, package}),
            aid({0xD2, 0x76, 0x00, 0x01, 0x18, 0xAA, package, 0x01}),
            [] { return std::make_unique<T>(); }};
}

}  // namespace

const std::vector<Native>& natives() {
    static const std::vector<Native> all{
        native<TestApplication>("test", 0x10),       native<Purse>("purse", 0x30),
        native<SectorAccess>("sector-access", 0x40), native<OsUpdate>("os-update", 0x50),
        native<SecureModule>("secure-module", 0x60), native<CardManager>("card-manager", 0x70)};
    return all;
}

const Native* find_native(const domain::Aid& module) {
    for (const Native& native : natives())
        if (native.module == module) return &native;
    return nullptr;
}

}  // namespace cardos
