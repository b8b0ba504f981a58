// The page's files: complete, from this machine only, without code in the markup.
#include "terminal/page.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>

namespace {

using terminal::page_files;

bool is_there(std::string_view path) {
    return std::any_of(page_files().begin(), page_files().end(),
                       [&](const auto& file) { return file.path == path; });
}

TEST(Page, EveryFileItNamesIsThere) {
    const std::regex name{R"re((?:src|href)="(/[^"#]*)"|from "\./([^"]+)")re"};
    std::size_t names = 0;
    for (const auto& file : page_files()) {
        const std::string text{file.content};
        for (std::sregex_iterator at{text.begin(), text.end(), name}, end; at != end; ++at) {
            const std::string path = (*at)[1].matched ? (*at)[1].str() : "/" + (*at)[2].str();
            EXPECT_TRUE(is_there(path)) << file.path << " names " << path;
            ++names;
        }
    }
    EXPECT_GT(names, 10U);
    EXPECT_TRUE(is_there("/"));
}

TEST(Page, NothingComesFromElsewhere) {
    for (const auto& file : page_files()) {
        std::string text{file.content};
        const std::string space = "http://www.w3.org/2000/svg";  // a name, not an address
        for (auto at = text.find(space); at != std::string::npos; at = text.find(space))
            text.erase(at, space.size());
        for (const char* other : {"http://", "https://", "//cdn", "@import", "url("})
            EXPECT_EQ(text.find(other), std::string::npos) << file.path << ": " << other;
    }
}

TEST(Page, NoMarkupHasCode) {
    const std::regex inline_code{R"( on[a-z]+="|<script>|<style|style=|javascript:)"};
    for (const auto& file : page_files()) {
        const std::string text{file.content};
        EXPECT_FALSE(file.type.starts_with("text/html") && std::regex_search(text, inline_code))
            << file.path;
        if (!file.type.starts_with("text/javascript")) continue;
        for (const char* risky : {"innerHTML", "outerHTML", "insertAdjacent", "eval(",
                                  "document.write", "new Function"})
            EXPECT_EQ(text.find(risky), std::string::npos) << file.path << ": " << risky;
    }
}

}  // namespace
