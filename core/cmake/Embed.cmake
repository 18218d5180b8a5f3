# steplab_embed(<target> <file> <symbol>): compiles a file's bytes into the target as
#   namespace steplab { extern const std::span<const std::uint8_t> <symbol>; }
# so that native and WebAssembly builds carry the same data and read no file system.
function(steplab_embed target file symbol)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(REGEX REPLACE "(................................................................................)" "\\1\n"
                       bytes "${bytes}")
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.generated.cpp)
  file(
    CONFIGURE
    OUTPUT ${source}
    CONTENT
      "#include <cstdint>
#include <span>

namespace steplab {
namespace {
constexpr std::uint8_t kBytes[] = {
@bytes@};
}  // namespace
extern const std::span<const std::uint8_t> @symbol@;
constinit const std::span<const std::uint8_t> @symbol@ = kBytes;
}  // namespace steplab
"
    @ONLY)
  target_sources(${target} PRIVATE ${source})
endfunction()
