// A download cut at every command, every answer and every step of the element's memory, and the
// platform killed at every message: the card that was, or the one that comes, whole; and it comes.
#include "download_bench.hpp"

namespace {

using ota_test::DownloadBench;
using ota_test::Kind;
using ota_test::transit;

struct Count {
    unsigned cuts = 0;
    unsigned old = 0;
    unsigned changed = 0;
};

/// An element with an empty card of another city, to be replaced.
struct Exchange : DownloadBench {
    Exchange() {
        issuer.package = transit(4, 0);
        unit().download(Kind::OneCard);
        issuer.package = transit();
        card.power_on();
    }

    /// At this moment: old or new, whole; the manager speaks of what is there.
    void judge(Count& count) {
        card.power_on();
        const auto before = balance(transit(4).instance);
        const auto after = balance(transit().instance);
        ++count.cuts;
        EXPECT_TRUE(before || after) << "there is no card";
        if (before) {
            EXPECT_EQ(before, 0U);
            ++count.old;
        }
        if (after) {
            EXPECT_EQ(after, 1000U) << "half installed";
            ++count.changed;
        }
        const auto manager = managed(1);
        ASSERT_TRUE(manager);
        EXPECT_EQ(manager->purse, manager->aid == transit().instance ? after : before);
    }
    void finish() {
        card.power_on();
        unit().download(Kind::OneCard);
        card.power_on();
        EXPECT_EQ(balance(transit().instance), 1000U);
        EXPECT_FALSE(balance(transit(4).instance)) << "the old card is still there";
        EXPECT_EQ(managed(1)->aid, transit().instance);
        for (const auto& name : registry()) EXPECT_NE(name, "D276000118AB04") << "left over";
    }
    /// Commands of an undisturbed exchange, from the number of the first.
    [[nodiscard]] static std::pair<unsigned, unsigned> commands() {
        Exchange whole;
        const unsigned first = whole.card.commands + 1;
        whole.unit().download(Kind::OneCard);
        return {first, whole.card.commands};
    }
};

void tell(const char* what, const Count& count) {
    std::cout << what << ": " << count.cuts << " times; the old card " << count.old
              << ", the new one " << count.changed << '\n';
    EXPECT_GT(count.cuts, 10U);
}

TEST(InterruptedDownload, EveryCommandAndEveryAnswerLost) {
    const auto [first, last] = Exchange::commands();
    Count count;
    for (unsigned command = first; command <= last; ++command)
        for (const bool answer : {false, true}) {
            SCOPED_TRACE(testing::Message() << "command " << command << " answer " << answer);
            Exchange run;
            (answer ? run.card.lose_answer : run.card.lose_command) = command;
            EXPECT_THROW(run.unit().download(Kind::OneCard), ota::ElementLost);
            run.card.lose_answer = run.card.lose_command = 0;
            run.judge(count);
            run.finish();
        }
    tell("commands and answers", count);
}

TEST(InterruptedDownload, EveryStepOfTheMemory) {
    const auto [first, last] = Exchange::commands();
    Count count;
    for (unsigned command = first; command <= last; ++command)
        for (std::size_t step = 0;; ++step) {
            SCOPED_TRACE(testing::Message() << "command " << command << " step " << step);
            Exchange run;
            run.card.cut_command = command;
            run.card.cut_step = step;
            run.card.cut_inside = step % 2 != 0;
            try {
                run.unit().download(Kind::OneCard);
            } catch (const ota::ElementLost&) {
            }
            run.card.cut_command = 0;
            if (!run.card.was_cut) break;
            run.judge(count);
            run.finish();
        }
    tell("steps of the memory", count);
}

/// Puts 50.00 on the old card, by the worked top-up (purse.md, section 8).
void top_up_old(Exchange& run) {
    ASSERT_TRUE(run.send(ota::select(transit(4).instance)).ok());
    run.card.chip->fix_random(base::from_hex("1A2B3C4D").value());
    for (const char* step :
         {"805000020B010000138810000000000110", "805200000B202401151030009519380B04"}) {
        const auto answer = run.card.transmit(base::from_hex(step).value());
        ASSERT_EQ(base::to_hex(answer).substr(answer.size() * 2 - 4), "9000");
    }
}

TEST(InterruptedDownload, MoneyThatCameBetweenStaysOnItsCard) {
    const auto [first, last] = Exchange::commands();
    for (std::size_t step = 0;; ++step) {
        Exchange run;
        run.card.cut_command = last;
        run.card.cut_step = step;
        try {
            run.unit().download(Kind::OneCard);
        } catch (const ota::ElementLost&) {
        }
        run.card.cut_command = 0;
        ASSERT_TRUE(run.card.was_cut) << "the two cards were never there together";
        run.card.power_on();
        if (!run.balance(transit().instance) || !run.balance(transit(4).instance)) continue;
        top_up_old(run);
        try {
            run.unit().download(Kind::OneCard);
            FAIL() << "the old card went with its money";
        } catch (const platform::Refusal& refusal) {
            EXPECT_EQ(refusal.code(), "money");
        }
        run.card.power_on();
        EXPECT_EQ(run.balance(transit(4).instance), 5000U);
        EXPECT_EQ(run.balance(transit().instance), 1000U);
        return;
    }
}

class Killing final : public platform::Wire {
public:
    Killing(std::unique_ptr<platform::Wire> wire, std::function<void()> before)
        : wire_{std::move(wire)}, before_{std::move(before)} {}
    std::string post(const std::string& path, const std::string& body) override {
        before_();
        return wire_->post(path, body);
    }

private:
    std::unique_ptr<platform::Wire> wire_;
    std::function<void()> before_;
};

TEST(InterruptedDownload, ThePlatformKilledAtEveryMessage) {
    Count count;
    for (unsigned at = 1;; ++at) {
        SCOPED_TRACE(testing::Message() << "message " << at);
        unsigned messages = 0;
        bool killed = false;
        std::function<void()> kill;
        DownloadBench bench{{.https = false, .between = [&](std::unique_ptr<platform::Wire> wire) {
                                 return std::make_unique<Killing>(std::move(wire), [&] {
                                     if (++messages == at && kill) {
                                         killed = true;
                                         kill();
                                     }
                                 });
                             }}};
        kill = [&] { bench.lab.restart(); };
        try {
            bench.unit().download(Kind::OneCard);
        } catch (const platform::Refusal&) {
        } catch (const platform::LineLost&) {
        }
        if (!killed) break;
        ++count.cuts;
        kill = {};
        bench.card.power_on();
        bench.unit().download(Kind::OneCard);
        EXPECT_EQ(bench.balance(transit().instance), 1000U);
        EXPECT_EQ(bench.managed(1)->purse, 1000U);
    }
    tell("platform killed", count);
}

}  // namespace
