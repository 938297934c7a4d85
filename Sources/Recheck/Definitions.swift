// SPDX-License-Identifier: Apache-2.0

/// What a record declares and defines.
struct Definitions {
  /// What a name stands for.
  private struct Meaning {
    var command: Command
    /// Assertions of the range that a symbol is in.
    var ranges: [Command] = []
    var shape: UInt64
  }

  private var meanings: [Substring: Meaning] = [:]

  /// Takes a declaration or a definition; false if its name has a meaning, or one that it uses has
  /// none.
  mutating func add(_ command: Command) -> Bool {
    let names = command.names
    guard let name = names.first, meanings[name] == nil, areKnown(names.dropFirst()) else {
      return false
    }
    meanings[name] = Meaning(command: command, shape: shape(of: command))
    return true
  }

  /// Takes the range of a symbol; false if there is no such symbol.
  mutating func add(range: Command) -> Bool {
    guard let name = range.names.first, meanings[name] != nil else { return false }
    let shape = shape(of: range)
    meanings[name]?.ranges.append(range)
    meanings[name]?.shape = shape
    return true
  }

  private func areKnown(_ names: some Sequence<Substring>) -> Bool {
    names.allSatisfy { meanings[$0] != nil }
  }

  private func shape(of command: Command) -> UInt64 { command.shape { meanings[$0]?.shape } }

  // MARK: Questions

  /// A question alone, under names that do not depend on the record: what records have in common is
  /// then asked once. Of the ranges it has those of symbols that occur: with fewer facts a question
  /// is no easier.
  ///
  /// - Parameter facts: assertions.
  /// - Returns: SMT-LIB 2 without the command that asks; nil if some name has no meaning.
  func script(of facts: [Command]) -> String? {
    guard areKnown(facts.flatMap(\.names)) else { return nil }
    var writer = Writer(meanings: meanings)
    let shapes = facts.map(shape)
    for index in facts.indices.sorted(by: { (shapes[$0], $0) < (shapes[$1], $1) }) {
      writer.write(facts[index])
    }
    return writer.lines.joined(separator: "\n") + "\n"
  }

  /// Writes facts, each behind what it uses.
  private struct Writer {
    let meanings: [Substring: Meaning]
    var lines = ["(set-logic QF_BV)"]
    private var numbers: [Substring: Int] = [:]

    init(meanings: [Substring: Meaning]) { self.meanings = meanings }

    mutating func write(_ fact: Command) {
      for name in fact.names { define(name) }
      lines.append(text(of: fact))
    }

    /// Without recursion: definitions are nested deeply.
    private mutating func define(_ name: Substring) {
      var agenda = [(name: name, isReady: false)]
      while let next = agenda.popLast() {
        guard numbers[next.name] == nil, let meaning = meanings[next.name] else { continue }
        let used = meaning.command.names.dropFirst()
        if !next.isReady, !used.isEmpty {
          agenda.append((next.name, true))
          agenda += used.reversed().map { ($0, false) }
          continue
        }
        numbers[next.name] = numbers.count
        lines.append(text(of: meaning.command))
        lines += meaning.ranges.map(text)
      }
    }

    private func text(of command: Command) -> String {
      command.text { name in numbers[name].map { "|\($0)|" } ?? String(name) }
    }
  }
}
