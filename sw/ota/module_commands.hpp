/// \file module_commands.hpp
/// Commands to the secure channel module and to card managers (docs/choices.md, system B).
#pragma once

#include <optional>

#include "apdu/command.hpp"
#include "ota/data_security_unit.hpp"

namespace ota {

/// AIDs, hexadecimal.
inline constexpr const char* ModuleAid = "D276000118AA6001";
inline constexpr const char* ManagerAid = "D276000118AA7001";  ///< and the number of the card

[[nodiscard]] apdu::Command select(base::ByteView aid);
[[nodiscard]] apdu::Command select_module();
/// The manager of card `number`, 1 to 8.
[[nodiscard]] apdu::Command select_manager(unsigned number);

[[nodiscard]] apdu::Command determine_target(Kind kind);
[[nodiscard]] apdu::Command begin_download(base::ByteView header);
[[nodiscard]] apdu::Command download_block(std::size_t number, base::ByteView block);
[[nodiscard]] apdu::Command install_download();
[[nodiscard]] apdu::Command download_status();

/// Answer of DOWNLOAD STATUS.
struct DownloadStatus {
    enum class State : std::uint8_t { None, Requested, Receiving, Complete, Installed };
    State state = State::None;
    Request request{};
    unsigned card = 0;
    std::size_t next = 0;
    std::size_t blocks = 0;
};
[[nodiscard]] std::optional<DownloadStatus> parse_status(base::ByteView data);

/// Answer of GET CARD.
struct ManagedCard {
    base::Bytes aid{};
    Kind kind = Kind::OneCard;
    std::uint32_t version = 0;
    std::optional<std::uint32_t> deposit{};  ///< balances in fen
    std::optional<std::uint32_t> purse{};
    std::string business{};
};
[[nodiscard]] apdu::Command get_card();
[[nodiscard]] std::optional<ManagedCard> parse_card(base::ByteView data);

}  // namespace ota
