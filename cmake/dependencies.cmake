# dependencies.cmake - what the project takes from Debian (docs/rooms.md says why).
find_package(GTest REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(benchmark REQUIRED)
find_package(ZLIB REQUIRED)
find_package(verilator REQUIRED HINTS /usr/share/verilator)
include(GoogleTest)

# SystemC 2.3.4 on Debian 12 was built as C++17 and checks that at link time.
find_library(SYSTEMC_LIBRARY systemc REQUIRED)
add_library(systemc INTERFACE)
target_link_libraries(systemc INTERFACE ${SYSTEMC_LIBRARY} Threads::Threads)
target_compile_definitions(systemc INTERFACE SC_CPLUSPLUS=201703L)

# Debian's Crypto++ brings no CMake files.
find_library(CRYPTOPP_LIBRARY cryptopp REQUIRED)
add_library(cryptopp INTERFACE)
target_link_libraries(cryptopp INTERFACE ${CRYPTOPP_LIBRARY})

# The CMake files of Debian's libzip name programs of other packages.
find_library(ZIP_LIBRARY zip REQUIRED)
add_library(zip INTERFACE)
target_link_libraries(zip INTERFACE ${ZIP_LIBRARY})

# Debian's SOCI brings no CMake files.
find_library(SOCI_CORE soci_core REQUIRED)
find_library(SOCI_SQLITE soci_sqlite3 REQUIRED)
find_library(SOCI_POSTGRESQL soci_postgresql REQUIRED)
find_path(LIBPQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
add_library(soci INTERFACE)
target_include_directories(soci SYSTEM INTERFACE ${LIBPQ_INCLUDE})
if(CARTOUCHE_SANITIZE)
  # Its library hides the type information that this check asks for.
  target_compile_options(soci INTERFACE -fno-sanitize=vptr)
endif()
target_link_libraries(soci INTERFACE ${SOCI_SQLITE} ${SOCI_POSTGRESQL} ${SOCI_CORE})

# Debian's cpp-httplib brings no CMake files; its library was built with these features.
find_library(HTTPLIB_LIBRARY cpp-httplib REQUIRED)
find_package(OpenSSL REQUIRED)
add_library(httplib INTERFACE)
target_link_libraries(httplib INTERFACE ${HTTPLIB_LIBRARY} OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_definitions(httplib INTERFACE CPPHTTPLIB_OPENSSL_SUPPORT CPPHTTPLIB_ZLIB_SUPPORT
                           CPPHTTPLIB_BROTLI_SUPPORT)
