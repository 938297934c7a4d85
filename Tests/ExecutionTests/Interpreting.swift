// SPDX-License-Identifier: Apache-2.0

import Foundation
import LLVMIR
import SMT

@testable import Execution

/// How a concrete run ended.
struct Run: Equatable {
  /// Nil for a function without a result.
  var result: UInt64?
  /// What was violated without an end of the run: the messages in order.
  var wraps: [String] = []
  /// The obligation that does not hold, and the run's end.
  var failure: Failed?
}

/// An obligation that does not hold.
struct Failed: Equatable {
  var property: Int
  var message: String
  /// Without its folder: clang names it from the folder that it runs in.
  var file: String?
  var line: Int?

  init(property: Int, message: String, file: String?, line: Int?) {
    self.property = property
    self.message = message
    self.file = file.map { URL(fileURLWithPath: $0).lastPathComponent }
    self.line = line
  }
}

extension SemanticProperties {
  /// Numbers for the tests.
  static let numbered = SemanticProperties(wrap: 1, bounds: 2, trap: 3)
}

extension MachineSettings {
  static func testing(values: [String: UInt64]? = nil) -> MachineSettings {
    MachineSettings(
      bounds: [], unwindLimit: 100_000, properties: .numbered, values: values)
  }
}

extension Program {
  /// Runs a function with constants to its end. The inputs have the values of `values`.
  func run(
    _ name: String, _ arguments: [UInt64] = [], values: [String: UInt64] = [:]
  ) throws -> Run {
    let machine = Machine(program: self, pool: TermPool(), settings: .testing(values: values))
    var state = try machine.begin(name, arguments)
    var run = Run()
    while true {
      switch try machine.run(&state) {
      case .ended:
        run.result = state.result?.constant
        return run
      case .violated(let obligation): run.wraps.append(obligation.message)
      case .require(let obligation):
        run.failure = Failed(obligation)
        return run
      case let pause: throw Toolchain.Failure(description: "a concrete run pauses: \(pause)")
      }
    }
  }
}

extension Failed {
  init(_ obligation: Obligation) {
    let site = obligation.callStack.first
    self.init(
      property: obligation.property, message: obligation.message, file: site?.file,
      line: site?.line)
  }
}
