// SPDX-License-Identifier: MIT
console.log("steplab");
