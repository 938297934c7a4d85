// SPDX-License-Identifier: Apache-2.0

import Verifier

/// What no counterexample that `verify` writes has.
enum CounterexampleDamage {
  /// The machine keeps 4096 values, those of choices that the run goes on to make among them.
  private static let inputLimit = 2000
  /// Bytes of an input's name: the machine keeps no more.
  private static let nameLimit = 95
  /// Physical addresses have 52 bits, and offsets in a file 51 more than those in a page.
  private static let valueLimit: UInt64 = 1 << 52
  private static let limitedInputs: Set<String> = [
    "order", "head pfn", "offset", "pages", "index", "first page", "file pages", "ram end",
    "ranges",
  ]

  /// The first that a counterexample has, in words; nil where it has none.
  static func first(in counterexample: Counterexample) -> String? {
    if Property(name: counterexample.property) == nil {
      return "there is no property '\(counterexample.property)'"
    }
    if counterexample.spec.wholeMatch(of: /[A-Za-z_][A-Za-z_0-9]{0,199}/) == nil {
      return "'spec' is '\(counterexample.spec.prefix(200))', which is no name in C"
    }
    return ofBounds(counterexample.bounds) ?? ofInputs(counterexample.inputs)
  }

  private static func ofBounds(_ bounds: Bounds) -> String? {
    if bounds.ranges < 1 { return "'bounds.ranges' is \(bounds.ranges), not 1 or more" }
    if let pages = bounds.pages, pages < 1 { return "'bounds.pages' is \(pages), not 1 or more" }
    return nil
  }

  private static func ofInputs(_ inputs: [Counterexample.Value]) -> String? {
    if inputs.count > inputLimit {
      return "it has \(inputs.count) inputs; the machine takes \(inputLimit)"
    }
    var names: Set<String> = []
    for (number, input) in inputs.enumerated() {
      if let why = ofName(input.name) { return "the name of inputs[\(number)] \(why)" }
      if !names.insert(input.name).inserted { return "the input '\(input.name)' is there twice" }
      if let why = ofValue(input) { return "the input '\(input.name)' is \(why)" }
    }
    return nil
  }

  private static func ofName(_ name: String) -> String? {
    if name.isEmpty { return "is empty" }
    if name.utf8.count > nameLimit { return "has more than \(nameLimit) bytes" }
    // The names are the model's own, in C.
    let isPlain = name.utf8.allSatisfy { (0x20..<0x7f).contains($0) }
    return isPlain ? nil : "has a tab, a line's end or another character that no name has"
  }

  private static func ofValue(_ input: Counterexample.Value) -> String? {
    guard input.value.utf8.allSatisfy({ (0x30..<0x3a).contains($0) }),
      let value = UInt64(input.value)
    else { return "'\(input.value.prefix(40))', which is no number of 64 bits" }
    let name = input.name.prefix { $0 != "[" }
    guard limitedInputs.contains(String(name)), value > valueLimit else { return nil }
    return "\(value), which is more than there can be"
  }
}
