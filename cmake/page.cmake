# page.cmake - the files of a web page as C++ (terminal/page.hpp). Run with
# cmake -DFOLDER=<folder> -DOUT=<page.cpp> -P page.cmake; index.html is found under / as well.
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

file(GLOB files ${FOLDER}/*)
set(arrays "")
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  get_filename_component(extension ${file} LAST_EXT)
  string(SUBSTRING ${extension} 1 -1 extension)
  string(MAKE_C_IDENTIFIER ${name} id)
  file(READ ${file} bytes HEX)
  string(LENGTH ${bytes} digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(................................)" "\\1\n" bytes ${bytes})
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes ${bytes})
  string(REGEX REPLACE "([^\n]+)" "    \"\\1\"" bytes ${bytes})
  string(APPEND arrays "constexpr char ${id}[] =\n${bytes};\n")
  string(APPEND entries "    {\"/${name}\", \"${type_${extension}}\", {${id}, ${size}}},\n")
  if(name STREQUAL "index.html")
    string(APPEND entries "    {\"/\", \"${type_html}\", {${id}, ${size}}},\n")
  endif()
endforeach()
file(WRITE ${OUT} "#include \"terminal/page.hpp\"

namespace terminal {
namespace {

${arrays}
constexpr PageFile Files[] = {
${entries}};

}  // namespace

std::span<const PageFile> page_files() noexcept { return Files; }

}  // namespace terminal
")
