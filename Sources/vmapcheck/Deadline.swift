// SPDX-License-Identifier: Apache-2.0

import Dispatch
import SMT
import Synchronization

/// Ends work that takes too long, the checks of its solvers included. It has a queue of its own,
/// as the work may have all other threads.
final class Deadline: Sendable {
  private struct State {
    var solvers: [Interrupter] = []
    var hasPassed = false
  }

  private let state = Mutex(State())

  /// A solver has come into use.
  func add(_ solver: Interrupter) { state.withLock { $0.solvers.append(solver) } }

  /// Does work; nil where it had not ended in time.
  ///
  /// - Parameter seconds: the time that it may take.
  func run<Value: Sendable>(
    seconds: Int, _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value? {
    let task = Task.detached { try work() }
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "vmapcheck.deadline"))
    // Again and again: between two checks Z3 does not hear it.
    timer.schedule(deadline: .now() + .seconds(seconds), repeating: .milliseconds(50))
    timer.setEventHandler { [self] in
      task.cancel()
      state.withLock { state in
        state.hasPassed = true
        for solver in state.solvers { solver.interrupt() }
      }
    }
    timer.resume()
    defer { timer.cancel() }
    let handle = DispatchHandle(source: timer)
    let result = await withTaskCancellationHandler {
      await task.result
    } onCancel: {
      (handle.source as? any DispatchSourceTimer)?
        .schedule(deadline: .now(), repeating: .milliseconds(50))
    }
    try Task.checkCancellation()
    if state.withLock({ $0.hasPassed }) { return nil }
    return try result.get()
  }
}
