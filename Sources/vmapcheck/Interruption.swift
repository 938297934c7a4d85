// SPDX-License-Identifier: Apache-2.0

import Foundation
import Report
import SMT
import Synchronization

/// Turns SIGINT and SIGTERM into the cancellation of a task; a second one ends the process.
final class Interruption: Sendable {
  private struct State {
    var isInterrupted = false
    var cancel: (@Sendable () -> Void)?
    /// The solvers in use, by spec.
    var solvers: [String: [Interrupter]] = [:]
  }

  private let state = Mutex(State())

  /// Whether the user has ended the run.
  var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

  /// A solver is in use for a spec: it is interrupted too.
  func add(_ solver: Interrupter, for spec: String) {
    state.withLock { $0.solvers[spec, default: []].append(solver) }
  }

  /// The spec's solvers are no longer in use.
  func removeSolvers(of spec: String) {
    state.withLock { _ = $0.solvers.removeValue(forKey: spec) }
  }

  /// Does work that the signals cancel.
  func guarding<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await work() }
    state.withLock { $0.cancel = { task.cancel() } }
    listen()
    return try await task.value
  }

  /// Waits on a thread of its own, as all others may be at work.
  private func listen() {
    let pipe = SignalPipe.shared
    for number in [SIGINT, SIGTERM] { pipe.catches(number) }
    let thread = Thread { [weak self] in
      while pipe.wait() { self?.interrupt() }
    }
    thread.start()
  }

  private func interrupt() {
    let cancel = state.withLock { state in
      let isSecond = state.isInterrupted
      state.isInterrupted = true
      return isSecond ? nil : state.cancel
    }
    guard let cancel else { _exit(ExitStatus.interrupted.rawValue) }
    cancel()
    interruptSolvers()
  }

  /// Again and again: between two checks Z3 does not hear it.
  private func interruptSolvers() {
    let thread = Thread { [weak self] in
      while let self {
        for solver in self.state.withLock({ Array($0.solvers.values.joined()) }) {
          solver.interrupt()
        }
        Thread.sleep(forTimeInterval: 0.05)
      }
    }
    thread.start()
  }
}
