// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// Runs a violation once more with constants: what the concrete run does not show is not believed.
struct Confirmation {
  let program: Program
  let settings: MachineSettings

  /// A violation as the concrete run has it.
  struct Outcome {
    var inputs: [Counterexample.Value]
    var reports: [Counterexample.Value]
    var trace: [Counterexample.Step]
  }

  /// The outcome of the run, or nil where it does not violate the property at that place.
  func run(
    _ violation: Violation, _ assignment: Assignment, pool: TermPool, address: UInt64
  ) throws -> Outcome? {
    let witness = Witness(assignment, pool: pool)
    var values: [String: UInt64] = [:]
    for input in violation.inputs { values[input.name] = witness.value(of: input.term) }
    var settings = self.settings
    settings.values = values
    settings.keepsNotes = true
    let machine = Machine(program: program, pool: TermPool(), settings: settings)
    var state = try machine.begin("vmc_main", [address])
    while true {
      switch try machine.run(&state) {
      case .violated(let obligation):
        if isSame(obligation, violation) { return outcome(state, machine) }
      case .require(let obligation):
        return isSame(obligation, violation) ? outcome(state, machine) : nil
      case .ended, .decide, .settle, .enumerate, .assume, .unwound, .loop, .left: return nil
      }
    }
  }

  private func isSame(_ obligation: Obligation, _ violation: Violation) -> Bool {
    obligation.condition.isFalse && obligation.property == violation.obligation.property
      && obligation.message == violation.obligation.message
      && obligation.callStack == violation.obligation.callStack
  }

  private func outcome(_ state: State, _ machine: Machine) -> Outcome {
    let inputs = state.inputs.map { input in
      Counterexample.Value(name: input.name, value: String(input.term.constant ?? 0))
    }
    let reports = state.reports.sorted { $0.key < $1.key }.map { name, term in
      Counterexample.Value(name: name, value: String(term.constant ?? 0))
    }
    let trace = state.notes.map { note in
      Counterexample.Step(
        text: Confirmation.text(note) { machine.text(at: $0, state) },
        callStack: note.callStack)
    }
    return Outcome(inputs: inputs, reports: reports, trace: trace)
  }

  /// Fills a note's format: %llu, %llx, and %s with the string at an address.
  private static func text(_ note: Note, string: (UInt64) -> String?) -> String {
    var result = ""
    var rest = note.format[...]
    var next = note.arguments.map { $0.constant ?? 0 }[...]
    while let percent = rest.firstIndex(of: "%") {
      result += rest[..<percent]
      let tail = rest[percent...]
      if tail.hasPrefix("%llu") {
        result += String(next.popFirst() ?? 0)
        rest = tail.dropFirst(4)
      } else if tail.hasPrefix("%llx") {
        result += String(next.popFirst() ?? 0, radix: 16)
        rest = tail.dropFirst(4)
      } else if tail.hasPrefix("%s") {
        result += next.popFirst().flatMap(string) ?? "?"
        rest = tail.dropFirst(2)
      } else {
        result += tail.prefix(1)
        rest = tail.dropFirst()
      }
    }
    return result + rest
  }
}
