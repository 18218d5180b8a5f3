# steplab_room(<name> [RUNS_ONCE] SOURCES … LINKS …): the library steplab::<name>, made of core/src/<name> and
# core/include/steplab/<name>, with the flags that make its numbers the same everywhere. A page loads the
# WebAssembly before anything moves, so it is made small (-Os, which still vectorises loops), and still
# smaller for a room that RUNS_ONCE, in which no training step spends time.
function(steplab_room name)
  cmake_parse_arguments(ROOM "RUNS_ONCE" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(steplab_${name} STATIC ${ROOM_SOURCES})
  add_library(steplab::${name} ALIAS steplab_${name})
  target_include_directories(
    steplab_${name}
    PUBLIC ${PROJECT_SOURCE_DIR}/core/include
    PRIVATE ${PROJECT_SOURCE_DIR}/core/src)
  target_link_libraries(
    steplab_${name}
    PUBLIC ${ROOM_LINKS}
    PRIVATE steplab_flags ${ROOM_PRIVATE_LINKS})
  if(EMSCRIPTEN AND ROOM_RUNS_ONCE)
    target_compile_options(steplab_${name} PRIVATE -Oz)
  elseif(EMSCRIPTEN)
    target_compile_options(steplab_${name} PRIVATE -Os)
  endif()
endfunction()

# Private to our own targets; consumers get none of it but the language level.
add_library(steplab_flags INTERFACE)
target_compile_features(steplab_flags INTERFACE cxx_std_20)
target_compile_options(
  steplab_flags
  INTERFACE
    -Wall
    -Wextra
    -Wpedantic
    -Wshadow
    -Wconversion
    -Wno-sign-conversion
    # A fused multiply-add rounds once where PyTorch's portable kernels and WebAssembly round twice.
    -ffp-contract=off
    # sqrt and abs become instructions, so that plain loops vectorise; no value changes.
    -fno-math-errno
    -fno-trapping-math)
# g++ 12 reports overlapping copies inside std::string that cannot happen (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(steplab_flags INTERFACE -Wno-restrict)
endif()
if(EMSCRIPTEN)
  # Nothing in the core throws, and JavaScript exceptions would put a call through JS around every cleanup. Nor
  # does it ask for types at run time; their names are long.
  target_compile_options(steplab_flags INTERFACE -msimd128 -fno-exceptions -fno-rtti)
  target_compile_definitions(steplab_flags INTERFACE EMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  # 128-bit lanes and no fused multiply-add, as in WebAssembly.
  target_compile_options(steplab_flags INTERFACE -march=x86-64-v2)
endif()
