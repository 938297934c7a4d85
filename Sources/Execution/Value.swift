// SPDX-License-Identifier: Apache-2.0

import SMT

/// What a register holds.
public indirect enum Value: Sendable, Hashable {
  /// A scalar; pointers are 64-bit terms.
  case term(Term)
  /// A struct or an array that is a first-class value.
  case aggregate([Value])
  /// `undef` or `poison`: an error where it is used.
  case undefined
}

/// How a first-class value lies in memory.
indirect enum Shape: Sendable, Hashable {
  /// `width` bits in `bytes` bytes.
  case scalar(width: Int, bytes: Int)
  /// Each element with its offset in bytes.
  case aggregate([Element])
  case void

  struct Element: Sendable, Hashable {
    var offset: Int
    var shape: Shape
  }
}
