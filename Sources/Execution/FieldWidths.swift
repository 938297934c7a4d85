// SPDX-License-Identifier: Apache-2.0

import SMT

/// How many bytes the accesses to the words of an array of structs are of, by the word's place in a
/// struct. A word holds one field, which may be narrower; it is never accessed in two widths, on
/// whichever path, so that nobody sees what is behind the field.
struct FieldWidths {
  /// An array. What is the same array has the same of these; of two runs others may, too.
  struct Array: Hashable {
    var base: UInt64
    /// In bytes.
    var size: Term
  }

  /// The bytes of a word.
  let word: Int
  /// By the offset in a struct, in bytes.
  private var widths: [UInt64: Int] = [:]
  /// Some whole word was accessed at a place that is not known.
  private var isUnclear = false

  init(word: Int) { self.word = word }

  /// Notes an access.
  ///
  /// - Parameters:
  ///   - bytes: how many; no more than those of a word.
  ///   - place: the offset in a struct, in bytes; nil if it is not known.
  /// - Returns: whether it agrees with all others.
  mutating func note(_ bytes: Int, at place: UInt64?) -> Bool {
    guard let place else {
      if bytes < word { return false }
      isUnclear = true
      return widths.values.allSatisfy { $0 == word }
    }
    if bytes < word, isUnclear { return false }
    let known = widths[place] ?? bytes
    widths[place] = known
    return known == bytes
  }
}
