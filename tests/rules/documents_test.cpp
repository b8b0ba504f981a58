// Documents name what exists: every `path/to/file` in back quotes is there.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> documents() {
    std::vector<fs::path> paths{"README.md"};
    for (const auto& entry : fs::directory_iterator{"docs"})
        if (entry.path().extension() == ".md") paths.push_back(entry.path());
    return paths;
}

std::string text_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

TEST(Rules, DocumentsNameExistingFiles) {
    const std::regex named{R"(`((?:rtl|model|sw|tb|tests|docs|bench|cmake|scripts|constraints|\.ci)/[\w./-]*)`)"};
    for (const auto& path : documents()) {
        const std::string text = text_of(path);
        ASSERT_FALSE(text.empty()) << path;
        for (std::sregex_iterator it{text.begin(), text.end(), named}, end; it != end; ++it)
            EXPECT_TRUE(fs::exists((*it)[1].str())) << path << " names " << (*it)[1];
    }
}

TEST(Rules, DocumentLinksLeadSomewhere) {
    const std::regex link{R"(\]\(([^)#:]+)\))"};
    for (const auto& path : documents()) {
        const std::string text = text_of(path);
        for (std::sregex_iterator it{text.begin(), text.end(), link}, end; it != end; ++it)
            EXPECT_TRUE(fs::exists(path.parent_path() / (*it)[1].str()))
                << path << " links to " << (*it)[1];
    }
}

}  // namespace
