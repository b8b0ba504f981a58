#include "platform/credential.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <array>
#include <stdexcept>

#include "base/file.hpp"
#include "base/hex.hpp"

namespace platform {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
std::unique_ptr<std::FILE, CloseFile> open_file(const std::filesystem::path& path) {
    std::unique_ptr<std::FILE, CloseFile> file{std::fopen(path.c_str(), "re")};
    if (!file) throw base::FileError{path.string(), "file", "cannot be read"};
    return file;
}

std::shared_ptr<EVP_PKEY> read_key(const std::filesystem::path& path) {
    struct ::stat state {};
    if (::stat(path.c_str(), &state) == 0 && (state.st_mode & 0077U) != 0)
        throw base::FileError{path.string(), "permissions", "expected mode 600: it holds a secret"};
    const auto file = open_file(path);
    std::shared_ptr<EVP_PKEY> key{PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr),
                                  EVP_PKEY_free};
    if (!key) throw base::FileError{path.string(), "key", "expected a private key in PEM"};
    return key;
}

}  // namespace

Certificate owned(X509* certificate) { return {certificate, X509_free}; }

std::string name_of(const Certificate& certificate) {
    std::array<char, 128> name{};
    const int size =
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName,
                                  name.data(), static_cast<int>(name.size()));
    return size < 0 ? std::string{} : std::string{name.data()};
}

std::string fingerprint(const Certificate& certificate) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1) return {};
    return base::to_hex(base::ByteView{digest}.first(size));
}

Certificate read_certificate(const std::filesystem::path& path) {
    const auto file = open_file(path);
    auto certificate = owned(PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
    if (!certificate)
        throw base::FileError{path.string(), "certificate", "expected a certificate in PEM"};
    return certificate;
}

Credential::Credential(const std::filesystem::path& certificate, const std::filesystem::path& key)
    : files_{certificate, key},
      certificate_{read_certificate(certificate)},
      key_{read_key(key)},
      name_{name_of(certificate_)} {
    if (X509_check_private_key(certificate_.get(), key_.get()) != 1)
        throw base::FileError{key.string(), "key", "it is not the certificate's"};
}

base::Key<32> Credential::agree(const Certificate& other) const {
    const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context{
        EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free};
    std::array<std::uint8_t, 32> secret{};
    std::size_t size = secret.size();
    if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
        EVP_PKEY_derive_set_peer(context.get(), X509_get0_pubkey(other.get())) != 1 ||
        EVP_PKEY_derive(context.get(), secret.data(), &size) != 1 || size != secret.size())
        throw std::invalid_argument{"the other side's certificate is not on our curve"};
    const base::Key<32> shared{secret};
    base::wipe(secret);
    return shared;
}

}  // namespace platform
