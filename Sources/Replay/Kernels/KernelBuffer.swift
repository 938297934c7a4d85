// SPDX-License-Identifier: Apache-2.0

import Verifier

/// A buffer that a guest is to make, from the inputs of a run of the model's.
struct KernelBuffer: Sendable {
  /// One range: pages of a folio, in the model's numbers.
  struct Range: Sendable {
    var kind: UInt64
    var order: UInt64
    var isOptimized: Bool
    /// A BAR in a memory section that has RAM too.
    var isBesideRAM: Bool
    /// The number of its folio, from 0; ranges of one folio have the same.
    var folio: Int
    var head: UInt64
    var offset: UInt64
    var pages: UInt64
  }

  private static let shmem: UInt64 = 1
  private static let hugetlb: UInt64 = 4
  private static let bar: UInt64 = 8
  /// Pages of a memory section: 128 MiB.
  private static let sectionShift: UInt64 = 15

  private(set) var ranges: [Range] = []
  /// Why a guest cannot make it; nil if it can be tried.
  private(set) var obstacle: String?

  /// What a spec says of its buffers; the model does not ask for what follows from it.
  struct Space: Sendable {
    var kind: UInt64?
    var order: UInt64?

    /// Reads what the spec says of itself.
    init(_ description: [String: Int]) {
      let kinds = description["kinds"] ?? 0
      if kinds != 0, kinds & (kinds - 1) == 0 { kind = UInt64(kinds) }
      if kind == KernelBuffer.shmem { order = 0 }
      if let given = description["order"], given > 0 { order = UInt64(given) }
    }
  }

  /// Reads the inputs of a run.
  ///
  /// - Parameter isHVO: the guest's; without it no folio is optimised.
  init(inputs: [Counterexample.Value], space: Space, isHVO: Bool) {
    var values: [String: UInt64] = [:]
    for input in inputs { values[input.name] = UInt64(input.value) }
    if values["first page"] != nil {
      obstacle = "a file's page cache is not made in the guest"
    }
    if let failure = inputs.first(where: { $0.name.contains(" fails#") && $0.value != "0" }) {
      let name = failure.name.prefix { $0 != "#" }
      obstacle = "that '\(name)' cannot be brought about in a real kernel"
    }
    guard let count = values["ranges"], count <= 64 else {
      obstacle = obstacle ?? "a buffer of more ranges than the module takes (64)"
      return
    }
    let lastSection = ((values["ram end"] ?? 0) &- 1) >> Self.sectionShift
    var known: [UInt64: Int] = [:]
    for number in 0..<count {
      func value(_ name: String) -> UInt64? { values["\(name)[\(number)]"] }
      let size = space.kind == Self.shmem ? 1 : nil as UInt64?
      guard let kind = space.kind ?? value("kind"), let head = value("head pfn"),
        let pages = size ?? value("pages")
      else {
        obstacle = obstacle ?? "the run does not say what range \(number) is"
        return
      }
      let folio = known[head] ?? known.count
      known[head] = folio
      ranges.append(
        Range(
          kind: kind, order: space.order ?? value("order") ?? 0,
          isOptimized: isHVO && kind == Self.hugetlb && value("hvo") == 1,
          isBesideRAM: kind == Self.bar && head >> Self.sectionShift <= lastSection, folio: folio,
          head: head, offset: value("offset") ?? 0, pages: pages))
    }
  }

  /// As the module reads it.
  var words: String {
    ranges.map { range in
      "\(range.kind),\(range.order),\(range.isOptimized || range.isBesideRAM ? 1 : 0),\(range.folio),"
        + "\(range.offset),\(range.pages)"
    }.joined(separator: " ")
  }

  /// Pages of the whole buffer.
  var total: UInt64 { ranges.reduce(0) { $0 + $1.pages } }

  /// Each page's place in memory: the range that it is of, and its number in that one's folio.
  func page(at place: UInt64) -> (range: Range, index: UInt64)? {
    var rest = place
    for range in ranges {
      if rest < range.pages { return (range, range.offset + rest) }
      rest -= range.pages
    }
    return nil
  }

  /// Whether any page of it has no memory behind it.
  var hasBAR: Bool { ranges.contains { $0.kind == Self.bar } }

  /// Whether any folio of it has freed struct pages.
  var hasOptimized: Bool { ranges.contains(where: \.isOptimized) }
}
