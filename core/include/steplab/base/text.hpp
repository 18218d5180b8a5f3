// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

/// Texts for people: summaries, docs, formulas, papers. The WebAssembly does not carry them,
/// because a page has the registry as JSON from the native build, and every KB delays its first
/// picture.
#ifdef __EMSCRIPTEN__
#define STEPLAB_TEXT(text) std::string_view()
#else
#define STEPLAB_TEXT(text) std::string_view(text)
#endif

/// A rule's class for exported scripts, which WebAssembly carries too: the full module writes them,
/// and the small one has no rule that needs a class.
#define STEPLAB_PYTHON(text) std::string_view(text)
