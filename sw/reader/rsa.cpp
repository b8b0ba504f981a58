#include "reader/rsa.hpp"

#include <cryptopp/oaep.h>
#include <cryptopp/osrng.h>
#include <cryptopp/rsa.h>
#include <cryptopp/sha.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/key.hpp"

namespace reader {
namespace {

using CryptoPP::Integer;

constexpr std::size_t MostExponentBytes = 4;
constexpr std::uint8_t Head = 0x6A;

Integer number_of(base::ByteView bytes) { return {bytes.data(), bytes.size()}; }

base::Bytes bytes_of(const Integer& number, std::size_t size) {
    base::Bytes out(size);
    number.Encode(out.data(), size);
    return out;
}

base::Bytes without_zeros(base::ByteView bytes) {
    const auto first = std::find_if(bytes.begin(), bytes.end(), [](auto b) { return b != 0; });
    return {first, bytes.end()};
}

CryptoPP::RSAFunction function_of(const RsaPublicKey& key) {
    CryptoPP::RSAFunction function;
    function.Initialize(number_of(key.modulus()), number_of(key.exponent()));
    return function;
}

RsaPublicKey public_part(const CryptoPP::InvertibleRSAFunction& key) {
    return {bytes_of(key.GetModulus(), key.GetModulus().ByteCount()),
            bytes_of(key.GetPublicExponent(), key.GetPublicExponent().ByteCount())};
}

std::shared_ptr<const CryptoPP::InvertibleRSAFunction> private_from(const RsaPublicKey& known,
                                                                    base::ByteView d) {
    auto key = std::make_shared<CryptoPP::InvertibleRSAFunction>();
    try {
        key->Initialize(number_of(known.modulus()), number_of(known.exponent()), number_of(d));
    } catch (const CryptoPP::Exception&) {  // no factors come of it
        throw std::invalid_argument{"this is not the private exponent of the RSA key"};
    }
    return key;
}

/// Crypto++ draws from ours.
class Drawn final : public CryptoPP::RandomNumberGenerator {
public:
    explicit Drawn(const Random& random) : random_{random} {}
    void GenerateBlock(CryptoPP::byte* output, std::size_t size) override {
        base::Bytes drawn = random_(size);
        if (drawn.size() != size) throw std::logic_error{"the source of random bytes ran dry"};
        std::copy(drawn.begin(), drawn.end(), output);
        base::wipe(drawn);
    }

private:
    const Random& random_;
};

bool is_block(base::ByteView block, std::uint8_t trailer) {
    return block.front() == Head && block.back() == trailer;
}

}  // namespace

RsaPublicKey::RsaPublicKey(base::ByteView modulus, base::ByteView exponent)
    : modulus_{without_zeros(modulus)}, exponent_{without_zeros(exponent)} {
    if ((modulus_.size() != 128 && modulus_.size() != 256) || (modulus_.front() & 0x80U) == 0 ||
        (modulus_.back() & 1U) == 0)
        throw std::invalid_argument{"an RSA modulus is odd and has 1024 or 2048 bits"};
    if (exponent_.empty() || exponent_.size() > MostExponentBytes || (exponent_.back() & 1U) == 0 ||
        (exponent_.size() == 1 && exponent_.front() == 1))
        throw std::invalid_argument{"an RSA exponent is odd, above 1 and below 2^32"};
}

std::optional<base::Bytes> RsaPublicKey::raised(base::ByteView number) const {
    const Integer base = number_of(number);
    if (number.size() != size() || base >= number_of(modulus_)) return {};
    return bytes_of(function_of(*this).ApplyFunction(base), size());
}

std::optional<base::Bytes> RsaPublicKey::counterpart(base::ByteView number) const {
    const Integer n = number_of(modulus_);
    const Integer subtrahend = number_of(number);
    if (number.size() != size() || subtrahend >= n) return {};
    return bytes_of(n - subtrahend, size());
}

base::Bytes RsaPublicKey::encrypt_oaep(base::ByteView plain, const Random& random) const {
    const CryptoPP::RSAES<CryptoPP::OAEP<CryptoPP::SHA256>>::Encryptor encryptor{
        number_of(modulus_), number_of(exponent_)};
    if (plain.size() > encryptor.FixedMaxPlaintextLength())
        throw std::length_error{"too much for one RSA cryptogram"};
    base::Bytes out(encryptor.FixedCiphertextLength());
    Drawn drawn{random};
    encryptor.Encrypt(drawn, plain.data(), plain.size(), out.data());
    return out;
}

RsaPrivateKey::RsaPrivateKey(std::shared_ptr<const CryptoPP::InvertibleRSAFunction> key)
    : key_{std::move(key)}, public_{public_part(*key_)} {}

RsaPrivateKey::RsaPrivateKey(base::ByteView modulus, base::ByteView exponent, base::ByteView d)
    : RsaPrivateKey{private_from({modulus, exponent}, d)} {}

RsaPrivateKey RsaPrivateKey::draw(unsigned bits) {
    CryptoPP::AutoSeededRandomPool pool;
    auto key = std::make_shared<CryptoPP::InvertibleRSAFunction>();
    key->Initialize(pool, bits, 0x10001);
    return RsaPrivateKey{std::move(key)};
}

std::optional<base::Bytes> RsaPrivateKey::raised(base::ByteView number) const {
    const Integer base = number_of(number);
    if (number.size() != size() || base >= key_->GetModulus()) return {};
    CryptoPP::AutoSeededRandomPool pool;  // Crypto++ blinds with it
    return bytes_of(key_->CalculateInverse(pool, base), size());
}

base::Bytes RsaPrivateKey::expose() const { return bytes_of(key_->GetPrivateExponent(), size()); }

base::Bytes RsaPrivateKey::sign(base::ByteView message) const {
    const CryptoPP::RSASS<CryptoPP::PKCS1v15, CryptoPP::SHA256>::Signer signer{*key_};
    CryptoPP::AutoSeededRandomPool pool;
    base::Bytes out(signer.SignatureLength());
    signer.SignMessage(pool, message.data(), message.size(), out.data());
    return out;
}

base::Bytes sign_block(const RsaPrivateKey& key, base::ByteView block) {
    if (block.size() != key.size() ||
        !(is_block(block, TrailerSha1) || is_block(block, TrailerNamed)))
        throw std::logic_error{"this is not a block to be signed"};
    const auto signature = key.raised(block).value();
    // Numbers of one length compare like their bytes.
    return std::min(signature, key.public_key().counterpart(signature).value());
}

std::optional<base::Bytes> recover_block(const RsaPublicKey& key, base::ByteView signature,
                                         std::uint8_t trailer) {
    const auto direct = key.raised(signature);
    if (!direct) return {};
    if (is_block(*direct, trailer)) return direct;
    // (N - SIG)^e = N - SIG^e, as e is odd. Only one of them is even, as a block is: N is odd.
    auto other = key.counterpart(*direct);
    if (other && is_block(*other, trailer)) return other;
    return {};
}

}  // namespace reader
