# Debian's header-only libraries. A compiler for WebAssembly must not see /usr/include (glibc lies there), so
# the folder that we show both compilers holds only these libraries.
set(third_party ${CMAKE_BINARY_DIR}/third_party)
file(MAKE_DIRECTORY ${third_party})
find_path(
  STEPLAB_SYSTEM_INCLUDE xtensor/xarray.hpp REQUIRED
  HINTS /usr/include /usr/local/include
  NO_CMAKE_FIND_ROOT_PATH)
foreach(library xtensor xtl hwy)
  if(NOT EXISTS ${STEPLAB_SYSTEM_INCLUDE}/${library})
    message(FATAL_ERROR "${STEPLAB_SYSTEM_INCLUDE}/${library} is missing: run scripts/play or scripts/test, which install it")
  endif()
  file(CREATE_LINK ${STEPLAB_SYSTEM_INCLUDE}/${library} ${third_party}/${library} SYMBOLIC)
endforeach()

if(NOT EXISTS ${STEPLAB_SYSTEM_INCLUDE}/eigen3/Eigen)
  message(FATAL_ERROR "${STEPLAB_SYSTEM_INCLUDE}/eigen3 is missing: run scripts/play or scripts/test, which install it")
endif()
file(CREATE_LINK ${STEPLAB_SYSTEM_INCLUDE}/eigen3/Eigen ${third_party}/Eigen SYMBOLIC)

# RapidJSON 1.1 assigns to a const member in a function that nothing calls; compilers since clang 19 refuse
# even that. Hence a copy with that line out.
file(COPY ${STEPLAB_SYSTEM_INCLUDE}/rapidjson DESTINATION ${third_party})
file(READ ${STEPLAB_SYSTEM_INCLUDE}/rapidjson/document.h document)
string(REPLACE "GenericStringRef& operator=(const GenericStringRef& rhs) { s = rhs.s; length = rhs.length; }"
               "GenericStringRef& operator=(const GenericStringRef& rhs) = delete;" document "${document}")
file(CONFIGURE OUTPUT ${third_party}/rapidjson/document.h CONTENT "${document}" @ONLY)

add_library(steplab_third_party INTERFACE)
target_include_directories(steplab_third_party SYSTEM INTERFACE ${third_party})
