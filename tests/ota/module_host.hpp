/// \file module_host.hpp
/// Somebody who has the keys and sends the module what a good platform would not.
#pragma once

#include <gtest/gtest.h>

#include "lab/business_lab.hpp"
#include "link/smart_card.hpp"
#include "ota/module_commands.hpp"
#include "reader/secure_channel.hpp"

namespace ota_test {

class ModuleHost {
public:
    explicit ModuleHost(hostlink::SmartCard& card)
        : card_{card}, channel_{lab::BusinessLab::keys().issuer} {
        open();
    }

    /// The element is reset, the module selected, the channel opened.
    void open() {
        ASSERT_FALSE(card_.power_on().empty());
        (void)card_.transmit(ota::select_module().bytes());
        const base::Bytes challenge(8, 0x11);
        ASSERT_TRUE(channel_.offered(challenge,
                                     card_.transmit(reader::initialize_update(0x30, challenge))));
        ASSERT_TRUE(channel_.opened(card_.transmit(channel_.external_authenticate(0x33))));
    }
    apdu::Response send(const apdu::Command& command) {
        return channel_
            .transmit(command, [this](base::ByteView apdu) { return card_.transmit(apdu); })
            .value_or(apdu::Response{});
    }
    apdu::StatusWord sw(const apdu::Command& command) { return send(command).sw; }

    /// A package sealed for what the module wants now.
    ota::SealedPackage sealed(const ota::ApplicationPackage& package) {
        target = security.open(send(ota::determine_target(package.kind)).data).value();
        return security.seal(package, target);
    }
    /// All of it; the status of INSTALL, or of what was refused before.
    apdu::StatusWord install(const ota::SealedPackage& package) {
        if (const auto word = sw(ota::begin_download(package.header)); word != 0x9000) return word;
        for (std::size_t i = 0; i < package.blocks.size(); ++i)
            if (const auto word = sw(ota::download_block(i, package.blocks[i])); word != 0x9000)
                return word;
        return sw(ota::install_download());
    }

    ota::DataSecurityUnit security{lab::BusinessLab::keys().module};
    ota::TargetCard target{};

private:
    hostlink::SmartCard& card_;
    reader::SecureChannel channel_;
};

}  // namespace ota_test
