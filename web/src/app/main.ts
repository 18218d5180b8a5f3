// SPDX-License-Identifier: MIT
/** Puts the page into the document. */

const heading = document.createElement("h1");
heading.textContent = "StepLab";
document.body.append(heading);
