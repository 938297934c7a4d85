// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// What a spec says of itself, read by running the model's `vmc_describe_spec`.
struct SpecDescription {
  var title = ""
  var expectations: [Property: Expectation] = [:]
  /// The spec's own bounds; 0 where it has none.
  var ranges = 0
  var pages = 0
  private var maps = (ranges: false, file: false)
  private var buffer = Buffer()

  /// Runs the description of the spec at an address.
  init(program: Program, address: UInt64) throws(ExecutionError) {
    let settings = MachineSettings(
      bounds: [], unwindLimit: 10_000, properties: .contract, values: [:])
    let machine = Machine(program: program, pool: TermPool(), settings: settings)
    var state = try machine.begin("vmc_describe_spec", [address])
    guard case .ended = try machine.run(&state) else {
      throw ExecutionError.description("the spec cannot be read")
    }
    for description in state.descriptions { take(description) }
    mistake = mistake ?? contradiction
  }

  /// What is wrong with the spec's fields, if anything is.
  private(set) var mistake: String?

  private mutating func take(_ description: Description) {
    switch description.field {
    case "title": title = description.text ?? ""
    case "has map": maps.ranges = description.value != 0
    case "has map_file": maps.file = description.value != 0
    case "bound.ranges": ranges = Int(clamping: description.value)
    case "bound.pages": pages = Int(clamping: description.value)
    case "expect":
      guard let property = Property(rawValue: Int(clamping: description.index)) else { return }
      guard let expectation = Expectation(rawValue: Int(clamping: description.value)) else {
        mistake =
          ".expect of \(property.name) is \(description.value), which is no vmap_expectation"
        return
      }
      expectations[property] = expectation
    case "has both unmaps" where description.value != 0:
      mistake = "it has .unmap and .unmap_ranges; at most one of the two"
    case "kinds" where description.value > 15:
      mistake = ".buffer.kinds is \(description.value), which is no set of folio_kind"
    case "kinds": buffer.kinds = Buffer.Kinds(rawValue: Int(clamping: description.value))
    case "hvo" where description.value > 2:
      mistake = ".buffer.hvo is \(description.value), which is no enum hvo"
    case "has page cache": buffer.hasPageCache = description.value != 0
    case "eras" where description.value > 7:
      mistake = ".buffer.eras is \(description.value), which is no set of era"
    case "order" where description.value > 18:
      mistake = ".buffer.order is \(description.value); the largest folio is of order 18"
    case "order": buffer.order = Int(clamping: description.value)
    default: break
    }
  }
}

/// What a spec says of its buffer, as far as it can contradict itself.
private struct Buffer {
  struct Kinds: OptionSet {
    var rawValue: Int

    static let shmem = Kinds(rawValue: 1)
    static let thp = Kinds(rawValue: 2)
    static let hugetlb = Kinds(rawValue: 4)
    static let bar = Kinds(rawValue: 8)

    /// Each with its name in C and the orders that it may have.
    static let all: [(kind: Kinds, name: String, orders: [Int])] = [
      (.shmem, "SHMEM", [0]), (.thp, "THP", Array(1...9)), (.hugetlb, "HUGETLB", [9, 18]),
      (.bar, "BAR", Array(0...18)),
    ]
  }

  var kinds: Kinds = []
  /// 0: any.
  var order = 0
  var hasPageCache = false

  /// Why no folio has the order that all are to have.
  func orderMistake(ofFile: Bool) -> String? {
    let usual: Kinds = ofFile ? [.shmem, .thp] : [.shmem, .thp, .hugetlb]
    let kinds = kinds.isEmpty ? usual : kinds
    let given = Kinds.all.filter { kinds.contains($0.kind) }
    if order == 0 || given.contains(where: { $0.orders.contains(order) }) { return nil }
    let orders = given.map { kind in
      let (first, last) = (kind.orders.first ?? 0, kind.orders.last ?? 0)
      let span = kind.orders.count > 2 ? " to " : " or "
      return "\(kind.name) has \(first == last ? "\(first)" : "\(first)\(span)\(last)")"
    }
    return ".buffer.order is \(order), which no folio of .buffer.kinds has: "
      + "\(orders.joined(separator: ", ")); give another order or kind, or leave .order out"
  }
}

extension SpecDescription {
  /// What the fields say against each other.
  private var contradiction: String? {
    if !maps.ranges, !maps.file {
      return "it has neither .map nor .map_file: there is nothing to verify"
    }
    if title.isEmpty { return "it has no .title: say in one sentence what the spec claims" }
    if maps.ranges, maps.file { return "it has .map and .map_file; at most one of the two" }
    if maps.file, buffer.kinds.contains(.bar) {
      return ".buffer.kinds has BAR, which is in no file's page cache; leave it out for .map_file"
    }
    if !maps.file, buffer.hasPageCache {
      return ".buffer.holes, .values and .not_uptodate are of a page cache; they need .map_file"
    }
    return buffer.orderMistake(ofFile: maps.file)
  }
}

extension SemanticProperties {
  /// The semantics' own obligations as properties of the contract.
  static let contract = SemanticProperties(
    wrap: Property.noWrap.rawValue, bounds: Property.inBounds.rawValue,
    trap: Property.noSplat.rawValue)
}
