#include "cardos/module_seal.hpp"

namespace cardos {
namespace {

constexpr std::uint8_t SealsWords = 1;
constexpr std::uint8_t SignsWords = 2;
constexpr std::uint8_t SealsPackage = 3;
constexpr std::uint8_t SignsPackage = 4;
constexpr std::size_t AesBytes = 16;

void append(base::Bytes& out, base::ByteView part) {
    out.insert(out.end(), part.begin(), part.end());
}

}  // namespace

domain::Secret ModuleSeal::key(std::uint8_t label) {
    base::Bytes input{label};
    append(input, request_);
    return domain::Secret{engine_.aes_cmac(key_, input)};
}

base::Bytes ModuleSeal::seal(base::ByteView plain) {
    base::Bytes sealed{request_.begin(), request_.end()};
    append(sealed, engine_.aes_cbc_encrypt(key(SealsWords), {}, domain::pad_80(plain, AesBytes)));
    const auto mac = engine_.aes_cmac(key(SignsWords), sealed);
    append(sealed, base::ByteView{mac}.first(BlockMacBytes));
    return sealed;
}

bool ModuleSeal::is_header(base::ByteView header, base::ByteView mac) {
    return base::equal_in_constant_time(engine_.aes_cmac(key(SignsPackage), header), mac);
}

bool ModuleSeal::is_block(std::uint16_t number, base::ByteView chunk, base::ByteView mac) {
    base::Bytes input{request_.begin(), request_.end()};
    input.push_back(static_cast<std::uint8_t>(number >> 8));
    input.push_back(static_cast<std::uint8_t>(number));
    append(input, chunk);
    const auto right = engine_.aes_cmac(key(SignsPackage), input);
    return base::equal_in_constant_time(base::ByteView{right}.first(BlockMacBytes), mac);
}

std::optional<domain::Secret> ModuleSeal::open(base::ByteView cryptogram) {
    base::Bytes plain = engine_.aes_cbc_decrypt(key(SealsPackage), {}, cryptogram);
    const bool sound = domain::unpad_80(plain);
    domain::Secret made{plain};
    base::wipe(plain);
    if (!sound) return std::nullopt;
    return made;
}

}  // namespace cardos
