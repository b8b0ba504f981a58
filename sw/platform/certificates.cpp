#include "platform/certificates.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

#include "base/file.hpp"
#include "base/key.hpp"
#include "platform/private_file.hpp"

namespace platform {
namespace {

constexpr long Year = 365L * 24 * 3600;

template <typename T, void (*Free)(T*)>
struct Freed {
    void operator()(T* thing) const noexcept { Free(thing); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Freed<X509, X509_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<BIO, BIO_free_all>>;

template <typename T>
T must(T done) {
    if (!done) throw std::runtime_error{"OpenSSL cannot make a certificate"};
    return done;
}

void extend(X509* certificate, X509* by, int what, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, by, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = must(X509V3_EXT_conf_nid(nullptr, &context, what, value));
    const int done = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    must(done);
}

CertificatePtr certificate_for(const std::string& name, EVP_PKEY* key, X509* authority,
                               EVP_PKEY* authority_key) {
    CertificatePtr made{must(X509_new())};
    X509* one = made.get();
    must(X509_set_version(one, 2));  // says version 3
    BIGNUM* serial = must(BN_new());
    must(BN_rand(serial, 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY));
    must(BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(one)));
    BN_free(serial);
    must(X509_gmtime_adj(X509_getm_notBefore(one), -3600));
    must(X509_gmtime_adj(X509_getm_notAfter(one), Year));
    must(X509_set_pubkey(one, key));
    X509_NAME* subject = X509_get_subject_name(one);
    must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                                    0));
    X509* by = authority == nullptr ? one : authority;
    must(X509_set_issuer_name(one, X509_get_subject_name(by)));
    if (authority == nullptr) {
        extend(one, by, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
        extend(one, by, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        extend(one, by, NID_basic_constraints, "critical,CA:FALSE");
        extend(one, by, NID_key_usage, "critical,digitalSignature,keyAgreement");
        extend(one, by, NID_ext_key_usage, "serverAuth,clientAuth");
        extend(one, by, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    }
    must(X509_sign(one, authority_key, EVP_sha256()));
    return made;
}

std::string text_of(BIO* memory) {
    char* start = nullptr;
    const long size = BIO_get_mem_data(memory, &start);
    return {start, static_cast<std::size_t>(size)};
}

void write(const std::filesystem::path& path, EVP_PKEY* key, X509* certificate) {
    const BioPtr secret{must(BIO_new(BIO_s_secmem()))};
    must(PEM_write_bio_PKCS8PrivateKey(secret.get(), key, nullptr, nullptr, 0, nullptr, nullptr));
    std::string text = text_of(secret.get());
    write_private_file(std::filesystem::path{path} += ".key", text);
    base::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    const BioPtr plain{must(BIO_new(BIO_s_mem()))};
    must(PEM_write_bio_X509(plain.get(), certificate));
    const std::string pem = text_of(plain.get());
    base::replace_file(std::filesystem::path{path} += ".crt", base::Bytes(pem.begin(), pem.end()));
}

}  // namespace

void make_certificates(const std::filesystem::path& folder, const std::vector<std::string>& names) {
    std::filesystem::create_directories(folder);
    const KeyPtr authority_key{must(EVP_EC_gen("P-256"))};
    const auto authority = certificate_for("Cartouche laboratory authority", authority_key.get(),
                                           nullptr, authority_key.get());
    write(folder / "authority", authority_key.get(), authority.get());
    for (const auto& name : names) {
        const KeyPtr key{must(EVP_EC_gen("P-256"))};
        const auto certificate =
            certificate_for(name, key.get(), authority.get(), authority_key.get());
        write(folder / name, key.get(), certificate.get());
    }
}

}  // namespace platform
