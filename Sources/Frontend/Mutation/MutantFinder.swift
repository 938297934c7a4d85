// SPDX-License-Identifier: Apache-2.0

import KernelSource

/// Finds where a text of C can have small faults. Whether one compiles is clang's to say.
struct MutantFinder {
  let text: String
  let file: String
  let part: Int

  init(_ text: String, file: String, part: Int) {
    self.text = text
    self.file = file
    self.part = part
  }

  /// The mutants of some of the functions, in the order of the text.
  func mutants(of names: Set<String>) -> [Mutant] {
    let bytes = Array(text.utf8)
    return FunctionText.all(in: CSource(text)).filter { names.contains($0.name) }.flatMap {
      function in
      Faults(function, bytes).found.sorted {
        ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
      }.map { mutant($0, function, bytes) }
    }
  }

  private func mutant(_ edit: Edit, _ function: FunctionText, _ bytes: [UInt8]) -> Mutant {
    var start = edit.range.lowerBound
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    var end = edit.range.upperBound
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    let before = String(decoding: bytes[start..<end], as: UTF8.self)
    let after = before.replacing(
      (edit.range.lowerBound - start)..<(edit.range.upperBound - start), with: edit.replacement)
    return Mutant(
      fault: edit.fault, file: edit.word.file ?? file, line: edit.word.line,
      function: function.name, before: MutantFinder.trimmed(before),
      after: MutantFinder.trimmed(after), part: part, range: edit.range,
      replacement: edit.replacement)
  }

  /// In one line, without blanks around.
  private static func trimmed(_ text: String) -> String {
    text.split(whereSeparator: { $0 == "\n" || $0 == "\t" || $0 == " " }).joined(separator: " ")
  }
}

/// One change of a text.
struct Edit {
  var fault: Mutant.Fault
  var word: CWord
  var range: Range<Int>
  var replacement: String
}
