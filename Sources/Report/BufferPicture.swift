// SPDX-License-Identifier: Apache-2.0

import Verifier

/// The buffer, the machine and the choices of a counterexample, in words.
struct BufferPicture {
  /// Inputs of a range, by the range's number and the input's name.
  private(set) var ranges: [Int: [String: UInt64]] = [:]
  /// Inputs of the machine, in their order.
  private var scalars: [(name: String, value: UInt64)] = []
  /// Choices, in their order.
  private var choices: [(name: String, value: UInt64)] = []
  /// Inputs with an index that is no range's.
  private var others: [(name: String, value: UInt64)] = []

  private static let rangeInputs: Set<String> = [
    "kind", "order", "hvo", "head pfn", "offset", "pages", "index", "value entry", "uptodate",
  ]

  init(_ counterexample: Counterexample) {
    for input in counterexample.inputs {
      let value = UInt64(input.value) ?? 0
      if input.name.contains("#") {
        choices.append((input.name, value))
      } else if let match = input.name.wholeMatch(of: /(.+)\[(\d+)\]/) {
        let name = String(match.1)
        if let index = Int(match.2), BufferPicture.rangeInputs.contains(name) {
          ranges[index, default: [:]][name] = value
        } else {
          others.append((input.name, value))
        }
      } else {
        scalars.append((input.name, value))
      }
    }
    // What is of no range is not shown as one.
    if let count = scalar("ranges"), count < UInt64(Int.max) {
      ranges = ranges.filter { $0.key < Int(count) }
    }
  }

  func scalar(_ name: String) -> UInt64? {
    scalars.first { $0.name == name }?.value
  }

  /// The lines of the report.
  var lines: [String] {
    var lines = ["Buffer: \(machine.joined(separator: ", "))"]
    for (number, inputs) in ranges.sorted(by: { $0.key < $1.key }) {
      lines.append("  range \(number): \(BufferPicture.range(inputs))")
    }
    if !others.isEmpty {
      let words = others.map { "\($0.name) = \(shown($0.name, $0.value))" }
      lines.append("  " + words.joined(separator: ", "))
    }
    let taken = choices.filter { $0.value != 0 }
    if !taken.isEmpty {
      lines.append("Choices: " + taken.map(BufferPicture.choice).joined(separator: ", "))
    } else if !choices.isEmpty {
      lines.append("Choices: no allocation fails")
    }
    return lines
  }

  private var machine: [String] {
    scalars.compactMap { name, value in
      switch name {
      case "ranges": counted(Int(clamping: value), "range")
      case "era": "kernels like \(BufferPicture.era(value))"
      case "ram end": "RAM up to pfn \(hex(value))"
      case "watched page", "watched range", "watched address": nil
      default: "\(name) \(shown(name, value))"
      }
    }
  }

  static func era(_ value: UInt64) -> String {
    switch value {
    case 0: "6.1"
    case 1: "6.12"
    default: "7.0"
    }
  }

  private static func choice(_ choice: (name: String, value: UInt64)) -> String {
    let parts = choice.name.split(separator: "#")
    if let name = parts.first, let number = parts.last.flatMap({ UInt64($0) })?.plus(1) {
      if name == "allocation fails" { return "allocation number \(number) fails" }
      if name == "folio_try_get fails" { return "folio_try_get() number \(number) fails" }
      return "\(name) = \(choice.value)"
    }
    return "\(choice.name) = \(choice.value)"
  }

  /// "hugetlb folio of order 9 at pfn 0x200, HVO on: 1 page from its page 64 on".
  private static func range(_ inputs: [String: UInt64]) -> String {
    let kind = inputs["kind"].flatMap(kindName)
    let head = inputs["head pfn"].map { " at pfn \(hex($0))" } ?? ""
    let offset = inputs["offset"] ?? 0
    let order = inputs["order"].map { " of order \($0)" } ?? ""
    let pages = inputs["pages"].map { counted(Int(clamping: $0), "page") } ?? "1 page"
    var text = kind == "BAR" ? "BAR\(head)" : "\(kind.map { $0 + " " } ?? "")folio\(order)\(head)"
    if let hvo = inputs["hvo"], kind == "hugetlb" || kind == nil {
      text += ", HVO \(hvo == 0 ? "off" : "on")"
    }
    text += ": \(pages) from its page \(offset) on"
    if let index = inputs["index"] { text += ", at page \(hex(index)) of the file" }
    if inputs["value entry"] == 1 { text += ", swapped out" }
    if inputs["uptodate"] == 0 { text += ", not uptodate" }
    return text
  }

  static func kindName(_ kind: UInt64) -> String? {
    switch kind {
    case 1: "shmem"
    case 2: "thp"
    case 4: "hugetlb"
    case 8: "BAR"
    default: nil
    }
  }
}

func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

/// A value as its name asks for: pfns and addresses, and all that is large, in hexadecimal.
func shown(_ name: String, _ value: UInt64) -> String {
  let isAddress = ["pfn", "mapping", "address"].contains { name.contains($0) }
  return isAddress || value >= 1 << 32 ? hex(value) : String(value)
}
