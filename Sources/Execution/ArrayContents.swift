// SPDX-License-Identifier: Apache-2.0

import SMT

/// What is in an object of unknown size, which is an array: words that are written and read at
/// offsets that are terms. All words are of one size; what is narrower is a word's lower part.
struct ArrayContents: Sendable, Equatable {
  /// A write of one word.
  struct Write: Sendable, Equatable {
    /// In bytes.
    var offset: Term
    var value: Term
  }

  /// A word, and whether anything was written there.
  struct Word {
    var value: Term
    var isWritten: Term
  }

  /// The bytes of a word, once one was written or read.
  var wordSize: Int?
  private var writes: [Write] = []
  /// What was there before the writes: nothing (or zeros) if it has no name.
  private(set) var origin: String?
  /// Of an origin, the offsets at which something may be known.
  private(set) var knownOffsets: [Term] = []

  init() {}

  /// Anything may be in it from here on.
  mutating func forget(origin name: String, knownOffsets offsets: [Term]) {
    writes = []
    origin = name
    knownOffsets = offsets
  }

  mutating func store(_ value: Term, at offset: Term) {
    if writes.last?.offset == offset { writes.removeLast() }
    writes.append(Write(offset: offset, value: value))
  }

  /// What stands for the word at an offset as it was before the writes; nil where nothing was.
  func unknownWord(_ offset: Term, pool: TermPool) -> Term? {
    origin.map { pool.unknown("\($0), the word", at: offset, width: 8 * (wordSize ?? 8)) }
  }

  /// The word at an offset. Takes time linear in the writes.
  func load(_ offset: Term, zeroed: Bool, pool: TermPool) -> Word {
    let width = 8 * (wordSize ?? 8)
    var result = Word(
      value: Term(0, width: width), isWritten: Term(zeroed ? 1 : 0, width: 1))
    if let origin, let value = unknownWord(offset, pool: pool) {
      result = Word(
        value: value,
        isWritten: pool.symbol(
          "\(origin), written at \(pool.identity(of: offset))", width: 1, in: 0...1))
      if zeroed { result.isWritten = .yes }
    }
    for write in writes {
      let hits = pool.equal(write.offset, offset)
      result.value = pool.choose(hits, write.value, result.value)
      result.isWritten = pool.or(hits, result.isWritten)
    }
    return result
  }
}
