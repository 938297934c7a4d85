// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// What a spec says of itself, read by running the model's `vmc_describe_spec`.
struct SpecDescription {
  var title = ""
  var hasMap = false
  /// It maps a file through its page cache.
  var isOfFile = false
  var expectations: [Property: Expectation] = [:]
  /// The spec's own bounds; 0 where it has none.
  var ranges = 0
  var pages = 0

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
  }

  /// What is wrong with the spec's fields, if anything is.
  private(set) var mistake: String?

  private mutating func take(_ description: Description) {
    switch description.field {
    case "title": title = description.text ?? ""
    case "has map", "has map_file":
      if description.field == "has map_file" { isOfFile = description.value != 0 }
      hasMap = hasMap || description.value != 0
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
    case "eras" where description.value > 7:
      mistake = ".buffer.eras is \(description.value), which is no set of era"
    case "order" where description.value > 18:
      mistake = ".buffer.order is \(description.value); the largest folio is of order 18"
    default: break
    }
  }
}

extension SemanticProperties {
  /// The semantics' own obligations as properties of the contract.
  static let contract = SemanticProperties(
    wrap: Property.noWrap.rawValue, bounds: Property.inBounds.rawValue,
    trap: Property.noSplat.rawValue)
}
