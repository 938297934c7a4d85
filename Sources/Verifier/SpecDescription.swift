// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// What a spec says of itself, read by running the model's `vmc_describe_spec`.
struct SpecDescription {
  var title = ""
  var hasMap = false
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

  private mutating func take(_ description: Description) {
    switch description.field {
    case "title": title = description.text ?? ""
    case "has map", "has map_file": hasMap = hasMap || description.value != 0
    case "bound.ranges": ranges = Int(clamping: description.value)
    case "bound.pages": pages = Int(clamping: description.value)
    case "expect":
      if let property = Property(rawValue: Int(clamping: description.index)),
        let expectation = Expectation(rawValue: Int(clamping: description.value))
      {
        expectations[property] = expectation
      }
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
