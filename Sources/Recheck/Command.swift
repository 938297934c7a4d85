// SPDX-License-Identifier: Apache-2.0

/// One command of a record, on a line of its own.
struct Command {
  /// A part of its text.
  enum Piece {
    case text(Substring)
    /// Of what is declared or defined: |any name|, or %number.
    case name(Substring)
  }

  /// All of its text.
  let text: Substring
  /// The same in parts.
  let pieces: [Piece]

  init(_ line: Substring) {
    text = line
    pieces = Command.pieces(of: line)
  }

  /// The names in it: first that of what it declares or defines.
  var names: [Substring] {
    pieces.compactMap { if case .name(let name) = $0 { name } else { nil } }
  }

  /// The text under other names.
  func text(naming: (Substring) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): String(text)
      case .name(let name): naming(name)
      }
    }.joined()
  }

  /// A number that commands have in common that differ in names only.
  ///
  /// - Parameter shape: that of what a name stands for; nil for the one that the command makes.
  func shape(_ shape: (Substring) -> UInt64?) -> UInt64 {
    var hash = Command.noShape
    for piece in pieces {
      switch piece {
      case .text(let text): for byte in text.utf8 { Command.mix(UInt64(byte), into: &hash) }
      case .name(let name): Command.mix(shape(name) ?? 0, into: &hash)
      }
    }
    return hash
  }

  /// FNV-1a: the same in every process, unlike Swift's own.
  private static let noShape: UInt64 = 0xcbf2_9ce4_8422_2325

  private static func mix(_ value: UInt64, into hash: inout UInt64) {
    hash = (hash ^ value) &* 0x100_0000_01b3
    hash ^= hash >> 32
  }

  private static func pieces(of line: Substring) -> [Piece] {
    var pieces: [Piece] = []
    var rest = line
    while let begin = rest.firstIndex(where: { $0 == "|" || $0 == "%" }) {
      let tail = rest[rest.index(after: begin)...]
      var end = tail.firstIndex { !$0.isNumber } ?? tail.endIndex
      if rest[begin] == "|" {
        guard let bar = tail.firstIndex(of: "|") else { break }
        end = rest.index(after: bar)
      }
      if begin > rest.startIndex { pieces.append(.text(rest[..<begin])) }
      pieces.append(.name(rest[begin..<end]))
      rest = rest[end...]
    }
    if !rest.isEmpty { pieces.append(.text(rest)) }
    return pieces
  }
}
