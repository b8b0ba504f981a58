/// \file certificates.hpp
/// A small certificate authority, for a laboratory and for tests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace platform {

/// Writes into `folder`, which is made when it is not there: authority.crt and authority.key, and
/// for each name NAME.crt and NAME.key (mode 600), on P-256, good for a year, for both ends of TLS
/// on 127.0.0.1 and localhost. Throws base::FileError when one of the files exists already or
/// cannot be written.
void make_certificates(const std::filesystem::path& folder, const std::vector<std::string>& names);

}  // namespace platform
