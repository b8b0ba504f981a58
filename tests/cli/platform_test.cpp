// `cartouche platform`: the walk of docs/platform.md with processes, one of them killed.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "process.hpp"

namespace cli_test {
namespace {

constexpr const char* CardId = "00112233445566778899";
constexpr const char* Domain = "D27600011855AA0001";

class Platform : public testing::Test {
protected:
    void SetUp() override {
        must({"platform", "certificates", folder_ / "tls", "issuer", "provider", "issuer-terminal",
              "provider-terminal"});
        for (const char* who : {"a", "b"}) {
            std::filesystem::create_directories(folder_ / who);
            for (const char* key : {"issuer", "provider", "transport"})
                must({"platform", "ceremony", "component", folder_ / (std::string{who} + '/' + key),
                      "--custodian", who, "--bytes", "32"});
        }
        for (const char* who : {"issuer", "provider"})
            must({"platform", "ceremony", "combine", "--out",
                  folder_ / (std::string{who} + ".master"), part("a", who), part("b", who)});
        write_platform("issuer", issuer_port_,
                       R"("providers": {"provider": {"domains": "D27600011855AA", )"
                       R"("transport": "transport"}}, "terminals": ["issuer-terminal"])");
        write_platform("provider", provider_port_,
                       R"("issuer": {"address": "127.0.0.1:)" + std::to_string(issuer_port_) +
                           R"(", "certificate": "tls/issuer.crt"}, "transport": "transport", )"
                           R"("terminals": ["provider-terminal"])");
        write_terminal("issuer", issuer_port_);
        write_terminal("provider", provider_port_);
        for (const char* who : {"issuer", "provider"})
            must({"platform", "ceremony", "import", "--config", config(who), "--name", "transport",
                  part("a", "transport"), part("b", "transport")});
        // What `cartouche new --chip` gives to its cards.
        const std::string key = "404142434445464748494A4B4C4D4E4F";
        write(folder_ / "card.keys",
              R"({"version": "30", "type": "aes", "keys": ")" + key + key + key + R"("})");
        ::chmod((folder_ / "card.keys").c_str(), 0600);
        must({"platform", "card", "--config", config("issuer"), CardId, "--keys",
              folder_ / "card.keys"});
        must({"new", folder_ / "card.nvm", "--chip"});
    }

    std::string part(const std::string& who, const std::string& key) {
        return folder_ / (who + '/' + key);
    }
    std::string config(const std::string& who) { return folder_ / (who + ".json"); }
    void must(const std::vector<std::string>& arguments) {
        const auto result = run(arguments);
        ASSERT_EQ(result.exit_code, 0) << result.err;
    }
    std::unique_ptr<Process> start(const std::string& who) {
        auto process = std::make_unique<Process>(
            std::vector<std::string>{"platform", who, "--config", config(who)});
        const int port = who == "issuer" ? issuer_port_ : provider_port_;
        EXPECT_TRUE(process->prints(who + " listens at 127.0.0.1:" + std::to_string(port)));
        return process;
    }
    std::vector<std::string> terminal(const std::string& who, const std::string& job) {
        return {"platform", "terminal", "--config", config(who + "-terminal"), job,
                CardId,     Domain,     "--nvm",    folder_ / "card.nvm"};
    }

    /// As the terminal prints a step.
    static std::string line(std::string step, std::string domain, const std::string& status) {
        step.resize(32, ' ');
        domain.resize(34, ' ');
        return step + ' ' + domain + ' ' + status;
    }

    Folder folder_{};
    int issuer_port_ = free_port();
    int provider_port_ = free_port();

private:
    std::string identity(const std::string& who) {
        return R"("certificate": "tls/)" + who + R"(.crt", "key": "tls/)" + who +
               R"(.key", "authority": "tls/authority.crt")";
    }
    void write_platform(const std::string& who, int port, const std::string& more) {
        write(config(who), "{" + identity(who) + R"(, "listen": "127.0.0.1:)" +
                               std::to_string(port) + R"(", "database": "sqlite:)" + who +
                               R"(.db", "master_key": ")" + who + R"(.master", )" + more + "}");
    }
    void write_terminal(const std::string& who, int port) {
        write(config(who + "-terminal"),
              "{" + identity(who + "-terminal") + R"(, "platform": {"address": "127.0.0.1:)" +
                  std::to_string(port) + R"(", "certificate": "tls/)" + who + R"(.crt"}})");
    }
};

TEST_F(Platform, KeysGoIntoNoCoreDump) {
    if (!machine_dumps_cores(folder_)) GTEST_SKIP() << "this machine makes no core dumps";
    for (const char* who : {"issuer", "provider"}) {
        const auto platform = start(who);
        platform->signal(SIGABRT);
        EXPECT_FALSE(platform->wait().core_dumped) << who;
    }
}

TEST_F(Platform, ADomainIsDownloadedThoughPlatformsAreKilled) {
    auto issuer = start("issuer");
    auto provider = start("provider");
    // Killed as soon as the terminal has shown these steps; how far the platform came by then is
    // another one each time.
    const std::string steps[] = {"STORE DATA", "EXTERNAL AUTHENTICATE", "PUT KEY"};
    for (const auto& step : steps) {
        Process job{terminal("provider", "download")};
        const std::string domain = step == "STORE DATA" ? "A000000151000000" : Domain;
        // A later run may find the step done already.
        (void)job.prints(line(step, domain, "9000"));
        provider->signal(SIGKILL);
        issuer->signal(SIGKILL);
        EXPECT_GE(job.wait().exit_code, 0) << "the terminal was ended by a signal";
        provider.reset();
        issuer.reset();
        issuer = start("issuer");
        provider = start("provider");
    }
    const auto done = run(terminal("provider", "download"));
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_NE(done.out.find("the domain has the provider's keys"), std::string::npos) << done.out;

    const auto denied = run(terminal("issuer", "update"));
    EXPECT_EQ(denied.exit_code, 1);
    EXPECT_NE(denied.err.find("is not this platform's"), std::string::npos) << denied.err;

    must({"platform", "force", "--config", config("provider"), CardId, Domain});
    const auto due = run(terminal("provider", "due"));
    EXPECT_EQ(due.out, std::string{Domain} + '\n') << due.err;
    const auto updated = run(terminal("provider", "update"));
    EXPECT_EQ(updated.exit_code, 0) << updated.err;

    for (auto* process : {issuer.get(), provider.get()}) {
        process->signal(SIGTERM);
        EXPECT_EQ(process->wait().exit_code, 0);
    }
    for (const char* who : {"issuer", "provider"}) {
        const auto audit = run({"platform", "audit", "--config", config(who)});
        EXPECT_EQ(audit.exit_code, 0) << audit.err;
        EXPECT_NE(audit.out.find("the chain holds"), std::string::npos);
        for (int time = 0; time < 2; ++time)
            must({"platform", "audit", "--config", config(who), "--anchor",
                  folder_ / (std::string{who} + ".anchor")});
    }
    const auto other = run({"platform", "audit", "--config", config("issuer"), "--anchor",
                            folder_ / "provider.anchor"});
    EXPECT_EQ(other.exit_code, 1);
    EXPECT_NE(other.err.find("is no anchor of this platform's"), std::string::npos) << other.err;
}

TEST_F(Platform, ADomainIsHandedOverByScp10) {
    must({"platform", "trust", folder_ / "scp10", "issuer", "provider"});
    const auto change = [&](const std::string& who, const auto& how) {
        auto file = nlohmann::json::parse(read(config(who)));
        how(file);
        write(config(who), file.dump());
    };
    change("issuer", [](nlohmann::json& file) {
        file["providers"]["provider"] = {{"domains", "D27600011855AA"}, {"scp10", true}};
    });
    const auto without = run({"platform", "issuer", "--config", config("issuer")});
    EXPECT_EQ(without.exit_code, 2);
    EXPECT_NE(without.err.find("has no trust point"), std::string::npos) << without.err;
    change("issuer", [](nlohmann::json& file) {
        file["scp10"] = {{"own", "scp10/issuer.scp10"},
                         {"trust_point", "scp10/trust-point.scp10"},
                         {"option", "key-transport"}};
    });
    change("provider", [](nlohmann::json& file) {
        file.erase("transport");
        file["scp10"] = {{"own", "scp10/provider.scp10"}, {"option", "key-transport"}};
    });
    auto issuer = start("issuer");
    auto provider = start("provider");
    const auto done = run(terminal("provider", "download"));
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_NE(done.out.find("the domain has the provider's keys"), std::string::npos) << done.out;
    EXPECT_NE(done.out.find("MANAGE SECURITY ENVIRONMENT"), std::string::npos) << done.out;

    ::chmod((folder_ / "scp10/trust-point.scp10").c_str(), 0644);
    issuer.reset();
    const auto open = run({"platform", "issuer", "--config", config("issuer")});
    EXPECT_EQ(open.exit_code, 2);
    EXPECT_NE(open.err.find("expected mode 600"), std::string::npos) << open.err;
}

TEST_F(Platform, WrongUseIsToldInOneLine) {
    const auto wrong = [&](const std::string& content, const std::string& expected) {
        write(folder_ / "wrong.json", content);
        const auto result = run({"platform", "issuer", "--config", folder_ / "wrong.json"});
        EXPECT_EQ(result.exit_code, 2);
        EXPECT_NE(result.err.find(expected), std::string::npos) << result.err;
    };
    wrong("{", "is not JSON");
    wrong("{}", R"("certificate": is missing)");
    wrong(R"({"listn": "x"})", R"("listn": nobody knows what this is for)");
    const std::string identity =
        R"({"certificate": "no.crt", "key": "no.key", "authority": "no.crt", "master_key": "no", )"
        R"("database": "sqlite:x", )";
    wrong(identity + R"("listen": "x"})", R"("listen": expected HOST:PORT)");
    wrong(identity + R"("listen": "h:1", "keys": {"type": "rsa"}})",
          R"("keys.type": expected aes or des)");
    wrong(identity + R"("listen": "h:1", "keys": {"first_version": "40", "last_version": "30"}})",
          R"("keys.last_version")");
    wrong(identity + R"("listen": "h:1", "terminals": [1]})", R"("terminals": expected a list)");
    wrong(identity + R"("listen": "h:1"})", "cannot be read");
    ::chmod((folder_ / "issuer.master").c_str(), 0644);
    const auto result = run({"platform", "issuer", "--config", config("issuer")});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find("expected mode 600"), std::string::npos) << result.err;
}

TEST_F(Platform, ComponentsOfOneFolderAreRefused) {
    std::filesystem::copy(part("b", "issuer"), part("a", "issuer2"));
    ::chmod(part("a", "issuer2").c_str(), 0600);
    const auto result = run({"platform", "ceremony", "combine", "--out", folder_ / "x.master",
                             part("a", "issuer"), part("a", "issuer2")});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.err.find("never stored together"), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "x.master"));
}

}  // namespace
}  // namespace cli_test
