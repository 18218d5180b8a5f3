// SPDX-License-Identifier: MIT
/** Where the data lie that were built with this code. */

import digitsAddress from "#digits.bin?url";

export const defaultDigitsUrl = new URL(digitsAddress, import.meta.url).href;
