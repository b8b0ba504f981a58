/// \file fleet_keys.hpp
/// The secrets of who issues readers: two keys, of which all others are derived.
///
///   CMAC(master, 01 | serial)                          a reader's K_R (reader-host.md, 3)
///   CMAC(master, 02 | serial), 03                      its package key, its access key
///   CMAC(master, 04 | serial behind its length | id)   a client's key at that reader
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "control/device.hpp"

namespace fleet {

/// A client and what it may offer.
struct ClientGrant {
    std::string id{};
    control::Services services = control::AllServices;
};

class FleetKeys {
public:
    FleetKeys(const control::AesKey& master, const base::Key<32>& signer)
        : master_{master}, signer_{signer} {}

    /// New keys into a file of mode 600. Throws base::FileError when it exists.
    static void make(const std::filesystem::path& path);
    /// Throws base::FileError when it is not such a file, or others may read it.
    [[nodiscard]] static FleetKeys read(const std::filesystem::path& path);

    [[nodiscard]] const control::AesKey& master() const noexcept { return master_; }
    [[nodiscard]] control::AesKey package_key(const std::string& serial) const;
    [[nodiscard]] control::AesKey client_key(const std::string& serial,
                                             const std::string& id) const;
    [[nodiscard]] control::Credentials credentials(const std::string& serial,
                                                   const std::vector<ClientGrant>& clients) const;
    [[nodiscard]] control::UpdateSigner signer() const;

    /// A fresh reader. Throws std::invalid_argument for a serial that is none.
    [[nodiscard]] control::Factory factory(const std::string& serial,
                                           const std::vector<ClientGrant>& clients,
                                           std::string logic, std::string software) const;

private:
    [[nodiscard]] control::AesKey derive(std::uint8_t purpose, base::ByteView input) const;

    control::AesKey master_;
    base::Key<32> signer_;
};

/// A client's key in a file of mode 600, for the device that it runs on.
struct ClientKey {
    std::string serial{};
    std::string id{};
    control::AesKey key{};

    /// Throw base::FileError.
    void write(const std::filesystem::path& path) const;
    [[nodiscard]] static ClientKey read(const std::filesystem::path& path);
};

}  // namespace fleet
