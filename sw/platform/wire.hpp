/// \file wire.hpp
/// How messages reach a platform: HTTPS, or a call in the same process.
#pragma once

#include <stdexcept>
#include <string>

namespace platform {

/// The other side cannot be reached, or what it said is not to be believed. Whether the request
/// was worked off is not known: a job that begins again finds out.
class LineLost : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class Wire {
public:
    virtual ~Wire() = default;
    /// Throws LineLost.
    virtual std::string post(const std::string& path, const std::string& body) = 0;
};

/// Where links begin, and where their messages go.
inline constexpr const char* LinkPath = "/v1/link";
inline constexpr const char* MessagePath = "/v1/message";
/// Longest body of either side.
inline constexpr std::size_t LongestBody = 64 * 1024;

}  // namespace platform
