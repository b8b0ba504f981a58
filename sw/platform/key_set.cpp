#include "platform/key_set.hpp"

#include <stdexcept>

#include "base/hex.hpp"

namespace platform {

KeySet KeySet::from(std::uint8_t version, reader::KeyType type, base::ByteView keys) {
    const std::size_t size = keys.size() / 3;
    if (keys.size() != 3 * size || (type == reader::KeyType::Des && size != 16))
        throw std::invalid_argument{"three keys of one size are needed"};
    return {version,
            type,
            {reader::ScpKey{keys.first(size)}, reader::ScpKey{keys.subspan(size, size)},
             reader::ScpKey{keys.last(size)}}};
}

base::Bytes KeySet::expose() const {
    base::Bytes all;
    all.reserve(3 * key_bytes());  // no copy is left behind
    for (const auto* key : {&keys.enc, &keys.mac, &keys.dek})
        all.insert(all.end(), key->expose().begin(), key->expose().end());
    return all;
}

std::string check_value(reader::KeyType type, const reader::ScpKey& key) {
    return base::to_hex(reader::key_check_value(type, key));
}

std::string check_values(const KeySet& set) {
    return check_value(set.type, set.keys.enc) + ' ' + check_value(set.type, set.keys.mac) + ' ' +
           check_value(set.type, set.keys.dek);
}

}  // namespace platform
