// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Verifier

struct PropertiesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "properties",
    abstract: "Lists the properties of the vmap contract.",
    discussion: "The names are what --property takes, and what counterexamples are named after.")

  func run() throws {
    let width = Property.allCases.map(\.name.count).max() ?? 0
    for property in Property.allCases {
      let blanks = String(repeating: " ", count: width - property.name.count)
      Console.shared.write("\(property.name)\(blanks)  \(property.claim)\n")
    }
  }
}
