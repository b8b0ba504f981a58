/// \file credential.hpp
/// Who a party is: a certificate and its private key on P-256, as TLS and links use them.
#pragma once

#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/key.hpp"

namespace platform {

using Certificate = std::shared_ptr<X509>;
/// Takes over the reference.
[[nodiscard]] Certificate owned(X509* certificate);
/// The common name of its subject; empty when it has none.
[[nodiscard]] std::string name_of(const Certificate& certificate);
/// SHA-256, hexadecimal.
[[nodiscard]] std::string fingerprint(const Certificate& certificate);
/// Throws base::FileError.
[[nodiscard]] Certificate read_certificate(const std::filesystem::path& path);

class Credential {
public:
    /// Throws base::FileError when one cannot be read, others may read the key, or they do not
    /// belong to each other.
    Credential(const std::filesystem::path& certificate, const std::filesystem::path& key);

    [[nodiscard]] const Certificate& certificate() const noexcept { return certificate_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] const std::filesystem::path& certificate_file() const { return files_.first; }
    [[nodiscard]] const std::filesystem::path& key_file() const { return files_.second; }

    /// ECDH with the other side's public key. Throws std::invalid_argument when that is on
    /// another curve.
    [[nodiscard]] base::Key<32> agree(const Certificate& other) const;

private:
    std::pair<std::filesystem::path, std::filesystem::path> files_;
    Certificate certificate_{};
    std::shared_ptr<EVP_PKEY> key_{};
    std::string name_{};
};

}  // namespace platform
